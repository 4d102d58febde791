import assert from 'node:assert/strict';
import { catalogue, watchPlan } from '../../../rules/secrets/index.ts';

const places = catalogue('linux');

describe('the watch plan', () => {
  const home = watchPlan(places, '/home/u');
  const system = watchPlan(places, undefined);

  it('has absolute bases without wildcards below the home, or outside any home', () => {
    for (const target of home) assert.match(target.base, /^\/home\/u(\/[^*{}]+)?$/);
    for (const target of system) assert.match(target.base, /^\/(etc|var|run)\/[^*{}~]+$/);
  });

  const cases: readonly (readonly [id: string, base: string, rest: readonly string[]])[] = [
    ['ssh/ed25519', '/home/u/.ssh/id_ed25519', []],
    ['ssh/directory', '/home/u/.ssh', ['*']],
    ['browser/chrome-login-db', '/home/u/.config/google-chrome', ['**', 'Login Data*']],
    ['cloud/service-account', '/home/u', ['service-account*.json']],
    ['wallet-desktop/exodus', '/home/u/.config/Exodus', ['**']],
  ];
  for (const [id, base, rest] of cases) {
    it(`${id} is ${[base, ...rest].join('/')}`, () => {
      const targets = home.filter((target) => target.place.id === id);
      assert.deepEqual(
        targets.map((target) => [target.base, target.rest]),
        [[base, rest]],
      );
    });
  }

  it('makes one target for each alternative', () => {
    const bases = home.filter((target) => target.place.id === 'cloud/azure').map((target) => target.base);
    assert.deepEqual(bases, ['/home/u/.azure/msal_token_cache.json', '/home/u/.azure/msal_token_cache.bin']);
  });

  it('never walks a home, and leaves context and sockets out', () => {
    for (const target of home) {
      assert.ok(!(target.base === '/home/u' && target.rest[0] === '**'), target.place.path);
      assert.notEqual(target.place.tier, 'C');
      assert.ok(target.place.ops.includes('read'));
    }
  });
});

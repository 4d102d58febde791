import assert from 'node:assert/strict';
import {
  compilePlan,
  enter,
  holdsPlaces,
  holdsUnnamedPlaces,
  type Level,
} from '../../../collectors/sensor/plan.ts';
import { type SecretPlace, watchPlan } from '../../../rules/secrets/index.ts';

const home = '/home/u';

function place(path: string): SecretPlace {
  return { id: 'test/place', group: 'test', kind: 'key', tier: 'A', path, readers: [], ops: ['read'] };
}

function planOf(...paths: string[]): Level {
  const places = paths.map(place);
  return compilePlan([...watchPlan(places, home), ...watchPlan(places, undefined)]);
}

/** The level of a directory, or undefined where nothing of interest lies below. */
function at(plan: Level, directory: string): Level | undefined {
  let level = plan;
  for (const name of directory.split('/').filter(Boolean)) level = enter(level, name).level;
  return level.length > 0 ? level : undefined;
}

function fileAt(plan: Level, path: string): string {
  const slash = path.lastIndexOf('/');
  return enter(at(plan, path.slice(0, slash)) ?? [], path.slice(slash + 1)).file;
}

describe('the plan of what to watch', () => {
  const files = [
    { pattern: '~/.npmrc', path: `${home}/.npmrc`, is: 'named' },
    { pattern: '~/.npmrc', path: `${home}/.npmrc2`, is: 'no' },
    { pattern: '~/.npmrc', path: '/home/v/.npmrc', is: 'no' },
    { pattern: '~/.ssh/*', path: `${home}/.ssh/work_key`, is: 'pattern' },
    { pattern: '~/.ssh/*', path: `${home}/.ssh/deep/key`, is: 'no' },
    {
      pattern: '~/.mozilla/firefox/*/key4.db',
      path: `${home}/.mozilla/firefox/x.default/key4.db`,
      is: 'named',
    },
    { pattern: '~/.tsh/**', path: `${home}/.tsh/a/b/c`, is: 'pattern' },
    { pattern: '~/.lnd/**/admin.macaroon', path: `${home}/.lnd/admin.macaroon`, is: 'pattern' },
    {
      pattern: '~/.lnd/**/admin.macaroon',
      path: `${home}/.lnd/data/chain/bitcoin/mainnet/admin.macaroon`,
      is: 'pattern',
    },
    { pattern: '~/.lnd/**/admin.macaroon', path: `${home}/.lnd/1/2/3/4/5/6/admin.macaroon`, is: 'no' },
    { pattern: '~/.lnd/**/admin.macaroon', path: `${home}/.lnd/node_modules/admin.macaroon`, is: 'no' },
    { pattern: '~/.config/{a,b}/x', path: `${home}/.config/b/x`, is: 'named' },
    { pattern: '/etc/shadow', path: '/etc/shadow', is: 'named' },
    { pattern: '/etc/ssh/ssh_host_*_key', path: '/etc/ssh/ssh_host_rsa_key', is: 'pattern' },
    { pattern: '**/.env', path: '/srv/.env', is: 'no' },
    { pattern: '~/**/*.kdbx', path: `${home}/x.kdbx`, is: 'no' },
  ];
  for (const { pattern, path, is } of files) {
    it(`${pattern}: ${path} is ${is}`, () => assert.equal(fileAt(planOf(pattern), path), is));
  }

  const directories = [
    { pattern: '~/.ssh/id_rsa', directory: `${home}/.ssh`, holds: true, unnamed: false },
    { pattern: '~/.ssh/*', directory: `${home}/.ssh`, holds: true, unnamed: true },
    { pattern: '~/.ssh/id_rsa', directory: home, holds: false, unnamed: false },
    { pattern: '~/.npmrc', directory: home, holds: true, unnamed: false },
    { pattern: '~/.tsh/**', directory: `${home}/.tsh/keys`, holds: true, unnamed: true },
    {
      pattern: '~/.config/chrome/**/Cookies',
      directory: `${home}/.config/chrome/Default`,
      holds: false,
      unnamed: false,
    },
    {
      pattern: '~/.config/chrome/**/Ext/**',
      directory: `${home}/.config/chrome/Default/Ext/id`,
      holds: true,
      unnamed: true,
    },
    { pattern: '/etc/shadow', directory: '/etc', holds: true, unnamed: false },
  ];
  for (const { pattern, directory, holds, unnamed } of directories) {
    it(`${pattern}: opens in ${directory} are ${holds ? '' : 'not '}held from the start`, () => {
      const level = at(planOf(pattern), directory) ?? [];
      assert.deepEqual([holdsPlaces(level), holdsUnnamedPlaces(level)], [holds, unnamed]);
    });
  }

  it('leads nowhere else', () => {
    const plan = planOf('~/.ssh/id_rsa', '/etc/shadow');
    for (const directory of ['/usr', '/home/v', `${home}/projects`, `${home}/.ssh/x`]) {
      assert.equal(at(plan, directory), undefined, directory);
    }
  });

  it('knows which directories the catalogue names in full', () => {
    const plan = planOf('~/.ssh/id_rsa', '~/.*/keyring/**');
    const level = at(plan, home) ?? [];
    assert.equal(enter(level, '.ssh').named, true);
    assert.equal(enter(level, '.evil1').named, false);
  });
});

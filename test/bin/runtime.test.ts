import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Checkout, makeCheckout, run } from './checkout.ts';

// One word of argument chooses what the command does.
const main = `
  const act = process.argv[2];
  if (act === 'show') console.log(JSON.stringify({ argv: process.argv.slice(2), node: process.version }));
  if (act === 'fail') process.exitCode = 7;
  if (act === 'wait') { setInterval(() => {}, 1000); console.log('waiting'); }
  if (act === 'caught') { process.on('SIGTERM', () => { console.log('ended'); process.exit(3); }); setInterval(() => {}, 1000); console.log('waiting'); }
`;

// Node from 22.15 on replaces the process; an older one starts a child and passes everything on.
const ways: readonly (readonly [title: string, nodeOptions: readonly string[]])[] = [
  ['by replacing the process', []],
  ['by a child process', ['--import', 'data:text/javascript,delete process.execve']],
];

for (const [title, options] of ways)
  describe(`bin/lifeguard.js, ${title}`, () => {
    let checkout: Checkout;
    before(() => {
      checkout = makeCheckout(main);
    });
    after(() => checkout.remove());

    const lifeguard = (args: readonly string[], started?: Parameters<typeof run>[3]) =>
      run(process.execPath, [...options, join(checkout.root, 'bin', 'lifeguard.js'), ...args], {}, started);

    it('sets a fresh clone up, then runs the command under the pinned Node with its arguments', async () => {
      const { stdout, stderr } = await lifeguard(['show', '--x', 'a b']);
      assert.deepEqual(JSON.parse(stdout), { argv: ['show', '--x', 'a b'], node: process.version });
      assert.match(stderr, /^Installing the locked packages/);
    });

    it('ends with the exit code of the command, and adds nothing to its output', async () => {
      assert.deepEqual(await lifeguard(['fail']), { code: 7, signal: null, stdout: '', stderr: '' });
    });

    it('passes a signal on and ends by the same one', async () => {
      const ended = await lifeguard(['wait'], (child) =>
        child.stdout?.once('data', () => child.kill('SIGTERM')),
      );
      assert.equal(ended.signal, 'SIGTERM');
    });

    it('lets the command end in its own way', async () => {
      const ended = await lifeguard(['caught'], (child) =>
        child.stdout?.once('data', () => child.kill('SIGTERM')),
      );
      assert.deepEqual({ code: ended.code, stdout: ended.stdout }, { code: 3, stdout: 'waiting\nended\n' });
    });
  });

describe('where compiled code is kept', () => {
  let checkout: Checkout;
  let compileCache: (env: NodeJS.ProcessEnv, uid?: number) => NodeJS.ProcessEnv;
  const nobody = 65534;
  const own = () => join(checkout.root, 'node_modules', '.cache', 'lifeguard');
  const home = { HOME: '/home/ada', NODE_COMPILE_CACHE: '/tmp/anybody' };

  beforeEach(async () => {
    checkout = makeCheckout('');
    mkdirSync(own(), { recursive: true });
    for (const directory of ['', 'node_modules', 'node_modules/.cache', 'node_modules/.cache/lifeguard'])
      chmodSync(join(checkout.root, directory), 0o755);
    ({ compileCache } = await import(pathToFileURL(join(checkout.root, 'bin', 'runtime.js')).href));
  });
  afterEach(() => checkout.remove());

  it('in the checkout, for its owner, whatever the environment says', () => {
    assert.equal(compileCache(home, process.getuid?.())['NODE_COMPILE_CACHE'], own());
  });

  it('among the own files, for anyone else', () => {
    assert.equal(
      compileCache({ HOME: '/home/ada' }, 4242)['NODE_COMPILE_CACHE'],
      '/home/ada/.cache/lifeguard',
    );
    assert.equal(compileCache({ XDG_CACHE_HOME: '/c' }, 4242)['NODE_COMPILE_CACHE'], '/c/lifeguard');
  });

  for (const directory of ['', 'node_modules', 'node_modules/.cache', 'node_modules/.cache/lifeguard'])
    it(`nowhere, for root, when another user can write ${directory || 'the checkout'}`, function () {
      if (process.getuid?.() !== 0) {
        console.warn('skipped: needs root, to give a directory away');
        this.skip();
      }
      const expected = { HOME: '/home/ada', NODE_DISABLE_COMPILE_CACHE: '1' };
      chmodSync(join(checkout.root, directory), 0o777);
      assert.deepEqual(compileCache(home, 0), expected);
      chmodSync(join(checkout.root, directory), 0o755);
      chownSync(join(checkout.root, directory), nobody, nobody);
      assert.deepEqual(compileCache(home, 0), expected);
    });
});

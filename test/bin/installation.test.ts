import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkout, deadPid, makeCheckout, run, writeJson } from './checkout.ts';

const said = /Installing the locked packages/;

describe('setting up a checkout', () => {
  let checkout: Checkout;
  const record = () => join(checkout.root, 'node_modules', '.package-lock.json');
  const setUp = (env: NodeJS.ProcessEnv = {}) =>
    run(process.execPath, [join(checkout.root, 'bin', 'setup.js')], { env: { ...process.env, ...env } });

  beforeEach(() => {
    checkout = makeCheckout('');
  });
  afterEach(() => checkout.remove());

  it('installs once, links the command, and does nothing the second time', async () => {
    const first = await setUp();
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, said);
    assert.ok(existsSync(join(checkout.root, 'node_modules', '.bin', 'lifeguard')));
    const second = await setUp({ PATH: '/nowhere', npm_execpath: '' });
    assert.deepEqual({ code: second.code, stderr: second.stderr }, { code: 0, stderr: '' });
  });

  it('installs again after an installation that was killed, and after the lockfile changed', async () => {
    await setUp();
    rmSync(record()); // npm writes it last and set-up removes it first
    assert.match((await setUp()).stderr, said);
    const lockfile = join(checkout.root, 'package-lock.json');
    writeFileSync(lockfile, readFileSync(lockfile, 'utf8').replace('"version":"1.0.0"', '"version":"1.0.1"'));
    assert.match((await setUp()).stderr, said);
  });

  it('takes over the lock of a dead set-up, and leaves none behind', async () => {
    const lock = join(checkout.root, '.setup.lock');
    writeFileSync(lock, `${deadPid()} ${deadPid()}`);
    const ended = await setUp();
    assert.equal(ended.code, 0, ended.stderr);
    assert.equal(existsSync(lock), false);
  });

  it('lets two at the same time install once', async () => {
    const both = await Promise.all([setUp(), setUp()]);
    assert.deepEqual(
      both.map(({ code }) => code),
      [0, 0],
    );
    assert.equal(both.filter(({ stderr }) => said.test(stderr)).length, 1);
  });

  it('says what to do without npm', async () => {
    const ended = await setUp({ PATH: '/nowhere', npm_execpath: '' });
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /lifeguard: npm is not on the PATH; install it beside Node\.\n$/);
  });

  it('says so when the registry is out of reach', async () => {
    const lockfile = join(checkout.root, 'package-lock.json');
    const lock = JSON.parse(readFileSync(lockfile, 'utf8'));
    lock.packages['node_modules/left-out'] = { version: '1.0.0' };
    lock.packages[''].dependencies['left-out'] = '1.0.0';
    writeJson(lockfile, lock);
    writeJson(join(checkout.root, 'package.json'), lock.packages['']);
    const ended = await setUp({ npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' });
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /lifeguard: npm ci failed \(exit 1\): the package registry was not reached\./);
    assert.equal(existsSync(record()), false);
  });

  it('asks the owner where the checkout cannot be written', async function () {
    if (process.getuid?.() !== 0) {
      console.warn('skipped: needs root, to be another user');
      this.skip();
    }
    chownSync(checkout.root, 0, 0);
    chmodSync(checkout.root, 0o755);
    const ended = await run(process.execPath, [join(checkout.root, 'bin', 'setup.js')], {
      uid: 65534,
      gid: 65534,
    });
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /^lifeguard: the packages are not installed and .* is not writable here; run/);
  });
});

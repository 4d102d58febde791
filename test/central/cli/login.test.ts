import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testCentral, type TestCentral } from '../fixtures/central.ts';
import { commandFile, lifeguard, nodeFlags, run } from '../fixtures/lifeguard.ts';

/** No Secret Service can be found here, whatever desktop the tests run on. */
const noKeychain = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent', XDG_RUNTIME_DIR: '/nonexistent' };

describe('lifeguard login', () => {
  let central: TestCentral;
  let directory: string;
  let file: string;
  before(async () => {
    central = await testCentral();
  });
  after(() => central.remove());
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lifeguard-login-'));
    file = join(directory, 'session');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('keeps a session in a file of mode 0600 where that is asked for, until it signs out', async () => {
    const link = central.createSignInLink();
    const login = await lifeguard(['login', '-', '--file', file], { stdin: `${link}\n` });
    assert.deepEqual([login.code, login.stderr], [0, '']);
    assert.ok(!login.stdout.includes(link.split('#')[1] ?? ''));
    assert.equal(statSync(file).mode & 0o777, 0o600);

    const status = await lifeguard(['login', '--status', '--file', file]);
    assert.equal(status.code, 0);
    assert.match(status.stdout, /: signed in until .*; 0 agents are connected\n$/);

    const again = await lifeguard(['login', link, '--file', file]);
    assert.deepEqual([again.code, again.stdout], [1, '']);
    assert.match(again.stderr, /was used or has expired/);

    const { session } = JSON.parse(readFileSync(file, 'utf8')) as { session: string };
    assert.equal((await lifeguard(['login', '--logout', '--file', file])).code, 0);
    assert.equal(existsSync(file), false);
    const headers = { authorization: `Bearer ${session}` };
    assert.equal((await fetch(`${central.consoleUrl}/api/me`, { headers })).status, 401);
    assert.equal((await lifeguard(['login', '--status', '--file', file])).code, 1);
  });

  it('says that there is no keychain, and has not spent the link by then', async () => {
    const link = central.createSignInLink();
    const failed = await lifeguard(['login', '-'], { stdin: link, env: noKeychain });
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /^lifeguard: no keychain can be used here .*--file FILE\n$/);
    assert.equal((await lifeguard(['login', '-', '--file', file], { stdin: link })).code, 0);
  });

  it('keeps a session in the keychain', async function () {
    if (
      spawnSync('gnome-keyring-daemon', ['--version']).status !== 0 ||
      spawnSync('dbus-run-session', ['--version']).status !== 0
    ) {
      console.warn(
        'SKIPPED login with a keychain: gnome-keyring-daemon and dbus-run-session are not installed',
      );
      this.skip();
    }
    const command = [process.execPath, ...nodeFlags, commandFile, 'login'].join(' ');
    const script = `echo -n x | gnome-keyring-daemon --unlock --components=secrets >/dev/null
      ${command} --status; echo "$LINK" | ${command} - && ${command} --status && ${command} --logout; ${command} --status`;
    const { stdout, stderr } = await run('dbus-run-session', ['--', 'sh', '-c', script], {
      env: {
        HOME: directory,
        XDG_RUNTIME_DIR: directory,
        XDG_DATA_HOME: directory,
        LINK: central.createSignInLink(),
      },
    });
    assert.match(stdout, /^Signed in to .* the keychain\.\nhttp.*: signed in until .*\nSigned out of .*\n$/);
    assert.equal(stderr.match(/lifeguard: not signed in/g)?.length, 2, stderr);
  });

  it('refuses what is no sign-in link, and sends no token in the clear', async () => {
    const cases: readonly [link: string, message: RegExp][] = [
      ['hello', /no sign-in link/],
      ['http://127.0.0.1:1/sign-in', /no sign-in link/],
      ['javascript:alert(1)#aaaaaaaaaaaaaaaaaaaa', /no sign-in link/],
      ['http://soc.example/sign-in#aaaaaaaaaaaaaaaaaaaa', /not encrypted/],
      ['http://127.0.0.1.attacker.example/sign-in#aaaaaaaaaaaaaaaaaaaa', /not encrypted/],
    ];
    for (const [link, message] of cases) {
      const { code, stderr } = await lifeguard(['login', '-', '--file', file], { stdin: link });
      assert.equal(code, 1, link);
      assert.match(stderr, message);
    }
    assert.equal((await lifeguard(['login'])).code, 2);
  });

  it('follows no redirect and prints nothing hostile', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (asked.length === 1) response.writeHead(307, { location: '/elsewhere' }).end();
      else response.writeHead(500).end(JSON.stringify({ code: 'E', message: '\u001b[2Jgotcha' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const link = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sign-in#${'a'.repeat(43)}`;
    const redirected = await lifeguard(['login', '-', '--file', file], { stdin: link });
    const failed = await lifeguard(['login', '-', '--file', file], { stdin: link });
    server.close();
    assert.deepEqual([redirected.code, failed.code, asked.length], [1, 1, 2]);
    assert.ok(!failed.stderr.includes('\u001b'));
  });

  it('does not read a session file that others can read', async () => {
    await lifeguard(['login', '-', '--file', file], { stdin: central.createSignInLink() });
    chmodSync(file, 0o644);
    const { code, stderr } = await lifeguard(['login', '--status', '--file', file]);
    assert.equal(code, 1);
    assert.match(stderr, /others may read it/);
  });
});

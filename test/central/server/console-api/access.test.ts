import assert from 'node:assert/strict';
import { request } from 'node:http';
import { KEY_HEADER } from '../../../../schema/api.ts';
import { testCentral, type TestCentral } from '../../fixtures/central.ts';
import { ask, post, signedIn, tokenOf } from '../../fixtures/console.ts';

const routes = ['/api/me', '/api/alerts', '/api/alerts/d/i', '/api/devices', '/api/stream', '/api/anything'];

describe('access to the console', () => {
  let central: TestCentral;
  before(async () => {
    central = await testCentral();
  });
  after(() => central.remove());

  /** fetch refuses to set Host, Origin and Sec-Fetch-Site. */
  function raw(
    path: string,
    headers: Record<string, string>,
    method = 'GET',
    body?: string,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      const url = new URL(path, central.consoleUrl);
      const call = request(url, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  it('gives nothing to somebody who has not signed in', async () => {
    for (const route of routes) {
      const response = await fetch(`${central.consoleUrl}${route}`);
      assert.deepEqual([route, response.status], [route, 401]);
      assert.deepEqual(Object.keys((await response.json()) as object), ['code', 'message']);
    }
    assert.equal((await post(central, '/api/sign-out', {})).status, 401);
  });

  it('takes no forged session, half session or cookie alone', async () => {
    const session = await signedIn(central);
    const [half = '', key = ''] = session.split('.');
    const cookie = `lifeguard-${new URL(central.consoleUrl).port}=${half}`;
    const cases: readonly [Record<string, string>, number][] = [
      [{ authorization: `Bearer ${session}` }, 200],
      [{ cookie, [KEY_HEADER]: key }, 200],
      [{ cookie }, 401],
      [{ [KEY_HEADER]: key }, 401],
      [{ cookie, [KEY_HEADER]: half }, 401],
      [{ authorization: `Bearer ${half}` }, 401],
      [{ authorization: `Bearer ${session}x` }, 401],
      [{ authorization: 'Bearer ' }, 401],
    ];
    for (const [headers, status] of cases)
      assert.equal(await raw('/api/me', headers), status, JSON.stringify(headers));
  });

  it('lets a sign-in link be used once, also when two race for it', async () => {
    const token = tokenOf(central.createSignInLink());
    const statuses = [1, 2, 3].map(
      async () => (await post(central, '/api/sign-in', { token, as: 'bearer' })).status,
    );
    assert.deepEqual(
      (await Promise.all(statuses)).sort((a, b) => a - b),
      [200, 401, 401],
    );
  });

  it('keeps the halves of a browser’s session apart', async () => {
    const token = tokenOf(central.createSignInLink());
    const response = await post(
      central,
      '/api/sign-in',
      { token, as: 'browser' },
      { origin: central.consoleUrl },
    );
    const cookie = response.headers.get('set-cookie') ?? '';
    assert.match(cookie, /^lifeguard-\d+=[\w-]{43}; .*HttpOnly; SameSite=Strict$/);
    assert.match(cookie, /Path=\/api;/);
    const { session } = (await response.json()) as { session: string };
    assert.match(session, /^[\w-]{43}$/);
    assert.ok(!cookie.includes(session));
  });

  it('ends an expired link, an expired session and a session that signs out', async () => {
    const brief = await testCentral({ bounds: { signIn: { link: -1 } } });
    const late = await post(brief, '/api/sign-in', {
      token: tokenOf(brief.createSignInLink()),
      as: 'bearer',
    });
    assert.equal(late.status, 401);
    await brief.remove();
    const short = await testCentral({ bounds: { signIn: { session: -1 } } });
    const authorization = `Bearer ${await signedIn(short)}`;
    assert.equal((await fetch(`${short.consoleUrl}/api/me`, { headers: { authorization } })).status, 401);
    await short.remove();
    const session = await signedIn(central);
    assert.equal(
      (await post(central, '/api/sign-out', {}, { authorization: `Bearer ${session}` })).status,
      200,
    );
    assert.equal(await raw('/api/me', { authorization: `Bearer ${session}` }), 401);
  });

  it('keeps a session over a restart, and a link not', async () => {
    const session = await signedIn(central);
    const link = central.createSignInLink();
    central = await central.restart();
    await ask(central, session, '/api/me');
    assert.equal((await post(central, '/api/sign-in', { token: tokenOf(link), as: 'bearer' })).status, 401);
  });

  it('answers under its own names alone, and to no other page', async () => {
    const authorization = `Bearer ${await signedIn(central)}`;
    const { host, port, origin } = new URL(central.consoleUrl);
    const cases: readonly [path: string, headers: Record<string, string>, status: number][] = [
      ['/', {}, 200],
      ['/', { host: `localhost:${port}` }, 200],
      ['/', { host: `attacker.example:${port}` }, 403],
      ['/', { host: '127.0.0.1' }, 403],
      ['/', { host: `127.0.0.1.attacker.example:${port}` }, 403],
      ['/api/me', { authorization, host }, 200],
      ['/api/me', { authorization, host: 'attacker.example' }, 403],
      ['/api/me', { authorization, origin }, 200],
      ['/api/me', { authorization, origin: 'http://127.0.0.1:3000' }, 403],
      ['/api/me', { authorization, origin: 'null' }, 403],
      ['/api/me', { authorization, 'sec-fetch-site': 'same-origin' }, 200],
      ['/api/me', { authorization, 'sec-fetch-site': 'same-site' }, 403],
      ['/api/stream', { authorization, 'sec-fetch-site': 'cross-site' }, 403],
      ['/api/stream', { authorization, origin: 'https://attacker.example' }, 403],
    ];
    for (const [path, headers, status] of cases)
      assert.equal(await raw(path, headers), status, `${path} ${JSON.stringify(headers)}`);
    const body = JSON.stringify({ token: tokenOf(central.createSignInLink()), as: 'browser' });
    assert.equal(await raw('/api/sign-in', { origin: 'https://attacker.example' }, 'POST', body), 403);
    assert.equal(await raw('/api/sign-in', { 'sec-fetch-site': 'same-origin' }, 'POST', body), 403);
    assert.equal(await raw('/api/sign-in', { 'sec-fetch-site': 'same-origin', origin }, 'POST', body), 200);
  });

  it('refuses what is too large or not valid, by a code', async () => {
    const session = await signedIn(central);
    const authorization = `Bearer ${session}`;
    assert.equal(await raw('/api/sign-in', {}, 'POST', 'x'.repeat(5000)), 413);
    assert.equal(await raw('/api/sign-in', {}, 'POST', '{'), 400);
    assert.equal(await raw('/api/sign-in', {}, 'POST', '{"token":"x","as":"root"}'), 400);
    for (const query of [
      'limit=0',
      'limit=501',
      'limit=1e3',
      'level=worst',
      'before=-1',
      `q=${'x'.repeat(201)}`,
    ])
      assert.equal(await raw(`/api/alerts?${query}`, { authorization }), 400, query);
    assert.equal(await raw('/api/alerts/d/i', { authorization }), 404);
  });

  it('serves its page under a policy without inline code, and no file that it was not given', async () => {
    const response = await fetch(central.consoleUrl);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /require-trusted-types-for 'script'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('access-control-allow-origin'), null);
    for (const path of [
      '/console/../server/main.ts',
      '/console/%2e%2e/server/main.ts',
      '/package.json',
      '/lit-html/package.json',
    ])
      assert.equal(await raw(path, {}), 404, path);
  });

  it('writes no token and no session into the log', async () => {
    const link = central.createSignInLink();
    const session = await signedIn(central);
    await fetch(`${central.consoleUrl}/sign-in`);
    await post(central, '/api/sign-in', { token: tokenOf(link), as: 'bearer' });
    const log = central.logged.join('');
    assert.ok(!log.includes(tokenOf(link)) && !log.includes(session));
  });
});

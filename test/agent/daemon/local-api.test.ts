// The local API over a real socket, asked by the real client: by this user, and by another one.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLocalClient, type LocalClient } from '../../../agent/cli/local-client.ts';
import { Counters } from '../../../agent/daemon/counters.ts';
import { createIdentify } from '../../../agent/daemon/local-api/caller.ts';
import { LocalApi } from '../../../agent/daemon/local-api/index.ts';
import { createLog } from '../../../agent/daemon/log.ts';
import { Outbox } from '../../../agent/daemon/outbox/index.ts';
import { createUsers } from '../../../platform/users.ts';
import type { Alert } from '../../../schema/alert.ts';
import type { Status } from '../../../schema/local.ts';
import { sampleAlert } from './sample.ts';

const log = (await createLog({ verbose: false, pretty: false })).child({}, { level: 'silent' });
const users = createUsers();
const me = users.name(process.getuid?.() ?? -1);
const NOBODY = 65534;

const status: Status = {
  ready: true,
  version: '0.1.0',
  pid: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  mode: 'audit',
  host: 'h',
  central: { state: 'none', pending: 0, acknowledged: 0 },
  homes: [],
  projects: 0,
  rules: { loaded: 0, broken: [] },
  alerts: { total: 0 },
  drops: {},
  capabilities: [],
  resources: { rss: 1, cpuSeconds: 0 },
  warnings: [],
};

describe('local API', () => {
  let directory: string;
  let outbox: Outbox;
  let counters: Counters;
  let api: LocalApi;
  let client: LocalClient;
  let watched: { directory: string; user: string }[];
  let released: string[];
  let arm: () => Promise<void>;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'local-api-'));
    chmodSync(directory, 0o711);
    mkdirSync(join(directory, 'run'), { mode: 0o755 });
    counters = new Counters();
    outbox = new Outbox({ file: join(directory, 'outbox.db'), counters, log, numbered: false });
    watched = [];
    released = [];
    arm = () => Promise.resolve();
    api = new LocalApi({
      socket: join(directory, 'run', 'agent.sock'),
      identify: await createIdentify(users),
      outbox,
      counters,
      log,
      status: (caller) => ({ ...status, alerts: { total: caller.isPrivileged ? 1 : 0 } }),
      async watchHome(home, user) {
        watched.push({ directory: home, user });
        await arm();
        return () => void released.push(home);
      },
      async enroll(token) {
        if (token !== 'good') throw Object.assign(new Error('no such token'), { code: 'E_TOKEN_INVALID' });
        return 'device-1';
      },
    });
    await api.listen();
    client = createLocalClient(directory);
  });

  afterEach(async () => {
    await api.close();
    outbox.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function all(found: AsyncIterable<Alert>): Promise<string[]> {
    const summaries: string[] = [];
    for await (const { summary } of found) summaries.push(summary);
    return summaries;
  }

  it('answers status, history and single alerts', async () => {
    const alert = sampleAlert({ summary: 'one' });
    await outbox.put(alert);
    await outbox.put(sampleAlert({ summary: 'two' }));
    assert.equal((await client.status()).alerts.total, 1);
    assert.deepEqual(await all(client.alerts()), ['one', 'two']);
    assert.deepEqual(await all(client.alerts({ limit: 1 })), ['two']);
    assert.deepEqual(await all(client.alerts({ since: '2999-01-01T00:00:00.000Z' })), []);
    assert.deepEqual(await client.alert(alert.id), alert);
    await assert.rejects(client.alert('00000000-0000-4000-8000-000000000000'), { code: 'E_NOT_FOUND' });
  });

  it('follows: history first, then each new alert once', async () => {
    await outbox.put(sampleAlert({ summary: '0' }));
    const stop = new AbortController();
    const heard: string[] = [];
    for await (const { summary } of client.alerts({ follow: true, signal: stop.signal })) {
      heard.push(summary);
      if (heard.length < 50) await outbox.put(sampleAlert({ summary: String(heard.length) }));
      else stop.abort();
    }
    assert.deepEqual(
      heard,
      Array.from({ length: 50 }, (_, n) => String(n)),
    );
  });

  it('tells a follower that the agent went away', async () => {
    await outbox.put(sampleAlert());
    const following = client.alerts({ follow: true });
    await following.next();
    const next = following.next();
    await api.close();
    await assert.rejects(next, { code: 'E_NO_AGENT' });
  });

  it('drops a follower that does not read, and serves the others', async () => {
    const socket = connect(join(directory, 'run', 'agent.sock'));
    socket.write('GET /alerts?follow=1&limit=0 HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.pause();
    await new Promise((resolve) => setImmediate(resolve));
    const heavy = Array.from({ length: 60 }, () => ({ selection: 's', field: 'f', value: 'x'.repeat(8000) }));
    for (let n = 0; counters.get('local-api.slow-clients') === 0 && n < 500; n += 1) {
      await outbox.put(sampleAlert({ reasons: heavy }));
      await client.status();
    }
    assert.equal(counters.get('local-api.slow-clients'), 1);
    socket.resume();
    if (!socket.closed) await once(socket, 'close');
  });

  it('streams a history that is larger than what may wait', async () => {
    const heavy = Array.from({ length: 60 }, () => ({ selection: 's', field: 'f', value: 'x'.repeat(8000) }));
    for (let n = 0; n < 20; n += 1) await outbox.put(sampleAlert({ summary: String(n), reasons: heavy }));
    assert.equal((await all(client.alerts())).length, 20);
    assert.equal(counters.get('local-api.slow-clients'), 0);
  });

  it('watches a home until the connection ends', async () => {
    const home = join(directory, 'home');
    mkdirSync(home);
    const held = await client.watchHome(home);
    assert.deepEqual([held.home, watched], [home, [{ directory: home, user: me }]]);
    held.release();
    await held.ended;
    while (released.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(released, [home]);
  });

  it('tells who had a home watched that the agent went away', async () => {
    const held = await client.watchHome(directory);
    await api.close();
    await assert.rejects(held.ended, { code: 'E_NO_AGENT' });
    assert.deepEqual(released, [directory]);
  });

  it('answers for a home only when the sensors are armed there', async () => {
    const armed = Promise.withResolvers<void>();
    arm = () => armed.promise;
    let isAnswered = false;
    const asked = client.watchHome(directory).then((held) => ((isAnswered = true), held));
    while (watched.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isAnswered, false);
    armed.resolve();
    (await asked).release();
  });

  const homes: readonly (readonly [string, (directory: string) => string])[] = [
    ['a file', (base) => (writeFileSync(join(base, 'f'), ''), join(base, 'f'))],
    ['nothing', (base) => join(base, 'absent')],
    ['the root', () => '/'],
    ['a link to the root', (base) => (symlinkSync('/', join(base, 'l')), join(base, 'l'))],
  ];
  for (const [what, make] of homes)
    it(`does not watch ${what}`, async () => {
      await assert.rejects(client.watchHome(make(directory)), { code: 'E_FORBIDDEN' });
      assert.deepEqual(watched, []);
    });

  it('watches so many homes and no more', async () => {
    const held = await Promise.all(Array.from({ length: 8 }, () => client.watchHome(directory)));
    await assert.rejects(client.watchHome(directory), { code: 'E_TOO_MANY' });
    for (const one of held) one.release();
    while (released.length < 8) await new Promise((resolve) => setImmediate(resolve));
    (await client.watchHome(directory)).release();
  });

  it('joins, or says why not', async () => {
    assert.deepEqual(await client.enroll('good'), { device: 'device-1' });
    await assert.rejects(client.enroll('bad'), { code: 'E_TOKEN_INVALID', message: 'no such token' });
  });

  const bad: readonly (readonly [string, string, string | undefined, number, string])[] = [
    ['GET', '/', undefined, 404, 'E_NOT_FOUND'],
    ['DELETE', '/alerts', undefined, 404, 'E_NOT_FOUND'],
    ['GET', '/alerts?limit=-1', undefined, 400, 'E_BAD_REQUEST'],
    ['GET', '/alerts?limit=10001', undefined, 400, 'E_BAD_REQUEST'],
    ['GET', '/alerts?since=yesterday', undefined, 400, 'E_BAD_REQUEST'],
    ['GET', '/alerts/..%2f..%2fetc', undefined, 404, 'E_NOT_FOUND'],
    ['GET', '//[', undefined, 400, 'E_BAD_REQUEST'],
    ['POST', '/enroll', '{', 400, 'E_BAD_REQUEST'],
    ['POST', '/enroll', '{"token":1}', 400, 'E_BAD_REQUEST'],
    ['POST', '/enroll', `{"token":"${'x'.repeat(100_000)}"}`, 413, 'E_TOO_LARGE'],
    ['POST', '/homes', '{"home":"relative"}', 400, 'E_BAD_REQUEST'],
  ];
  for (const [method, path, body, code, error] of bad)
    it(`refuses ${method} ${path} ${body?.slice(0, 20) ?? ''}`, async () => {
      const socketPath = join(directory, 'run', 'agent.sock');
      const asked = request({ socketPath, method, path }).end(body);
      const [answer] = await once(asked, 'response');
      let text = '';
      for await (const chunk of answer) text += chunk;
      assert.deepEqual([answer.statusCode, JSON.parse(text).code], [code, error]);
    });

  describe('asked by another user', () => {
    before(function () {
      const can = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;
      if (can) return;
      console.warn('skipped: needs root and setpriv to ask as another user');
      this.skip();
    });

    /** Runs `code` with `client` as nobody; what it returns, or the code that it rejects with. */
    async function asNobody(code: string): Promise<unknown> {
      const clientFile = join(import.meta.dirname, '..', '..', '..', 'agent', 'cli', 'local-client.ts');
      const script = `import { createLocalClient } from ${JSON.stringify(clientFile)};
        const client = createLocalClient(${JSON.stringify(directory)});
        const all = async (found) => { const list = []; for await (const one of found) list.push(one.summary); return list; };
        try { console.log(JSON.stringify(await (async () => { ${code} })())); }
        catch (error) { console.log(JSON.stringify(error.code ?? String(error))); }`;
      const env = { ...process.env, NODE_COMPILE_CACHE: '' };
      const args = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups', process.execPath];
      const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
      const { stdout } = await promisify(execFile)('setpriv', [...args, ...flags], { env });
      return JSON.parse(stdout);
    }

    it('shows them their own alerts only', async () => {
      const nobody = users.name(NOBODY);
      const mine = sampleAlert({ user: me, summary: 'mine' });
      await outbox.put(mine);
      await outbox.put(sampleAlert({ user: nobody, summary: 'theirs' }));
      assert.deepEqual(await asNobody('return all(client.alerts())'), ['theirs']);
      assert.equal(await asNobody(`return client.alert(${JSON.stringify(mine.id)})`), 'E_NOT_FOUND');
      assert.equal(await asNobody('return (await client.status()).alerts.total'), 0);
      assert.deepEqual(await all(client.alerts()), ['mine', 'theirs']);
    });

    it('lets them not join, and not watch what is not theirs', async () => {
      assert.equal(await asNobody("return client.enroll('good')"), 'E_FORBIDDEN');
      assert.equal(await asNobody("return client.watchHome('/root')"), 'E_FORBIDDEN');
      assert.equal(await asNobody("return client.watchHome('/etc')"), 'E_FORBIDDEN');
      const own = join(directory, 'own');
      mkdirSync(own);
      chownSync(own, NOBODY, NOBODY);
      assert.equal(
        await asNobody(
          `const held = await client.watchHome(${JSON.stringify(own)}); held.release(); return held.home`,
        ),
        own,
      );
      assert.deepEqual(watched, [{ directory: own, user: users.name(NOBODY) }]);
    });
  });
});

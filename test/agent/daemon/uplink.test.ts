// The uplink against the real central collector, and against ones that do not keep to the protocol.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type WebSocket, WebSocketServer } from 'ws';
import { Counters } from '../../../agent/daemon/counters.ts';
import { createLog } from '../../../agent/daemon/log.ts';
import { Outbox } from '../../../agent/daemon/outbox/index.ts';
import { delay, delayAfterRefusal } from '../../../agent/daemon/uplink/backoff.ts';
import { parseToken } from '../../../agent/daemon/uplink/enrolment.ts';
import { Uplink, type UplinkState } from '../../../agent/daemon/uplink/index.ts';
import { certificateIn } from '../../../central/server/identity/certificate.ts';
import type { Heartbeat } from '../../../schema/wire.ts';
import { type TestCentral, testCentral } from '../../central/fixtures/central.ts';
import { sampleAlert } from './sample.ts';

const log = (await createLog({ verbose: false, pretty: false })).child({}, { level: 'silent' });

const heartbeat: Heartbeat = {
  type: 'heartbeat',
  time: new Date().toISOString(),
  mode: 'audit',
  drops: {},
  capabilities: [],
  pending: 0,
  rules: { loaded: 1, broken: 0 },
  resources: { rss: 1, cpuSeconds: 0 },
};

const host = {
  hostname: 'laptop',
  platform: 'linux',
  osRelease: 'test',
  architecture: 'x64',
  agentVersion: '0.0.0',
};

/** Resolves when `holds` does; looked at on every turn of the event loop, because what it asks is not an event. */
async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to pass within 10 s');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('uplink', () => {
  let directory: string;
  let counters: Counters;
  let outbox: Outbox;
  let uplink: Uplink;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'uplink-'));
    counters = new Counters();
    outbox = new Outbox({ file: join(directory, 'outbox.db'), counters, log, numbered: false });
    uplink = createUplink();
  });

  afterEach(async () => {
    await uplink.stop();
    outbox.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function createUplink(url?: string): Uplink {
    const files = { key: join(directory, 'device.key'), enrolment: join(directory, 'enrolment.json') };
    return new Uplink({ files, url, outbox, log, heartbeat: () => heartbeat, host: async () => host });
  }

  function state(): UplinkState['state'] {
    return uplink.state.state;
  }

  describe('with the real central collector', () => {
    let central: TestCentral;

    beforeEach(async () => {
      central = await testCentral();
    });

    afterEach(() => central.remove());

    function stored(): { epoch: string; seq: number; summary: string }[] {
      const database = new DatabaseSync(join(central.stateDir, 'central', 'central.db'), { readOnly: true });
      const rows = database.prepare('SELECT epoch, seq, summary FROM alerts ORDER BY position').all();
      database.close();
      return rows as never;
    }

    it('joins, keeps its key to itself, sends what waited and what comes', async () => {
      await outbox.put(sampleAlert({ summary: 'before it joined' }));
      assert.equal(state(), 'none');
      const device = await uplink.enroll(await central.createToken());
      await until(() => state() === 'connected');
      assert.equal(uplink.state.device, device);
      await outbox.put(sampleAlert({ summary: 'after it joined' }));
      await until(() => outbox.pending === 0);
      assert.deepEqual(
        stored().map(({ seq, summary }) => [seq, summary]),
        [
          [1, 'before it joined'],
          [2, 'after it joined'],
        ],
      );
      assert.equal(statSync(join(directory, 'device.key')).mode & 0o777, 0o600);
      assert.equal(statSync(join(directory, 'enrolment.json')).mode & 0o777, 0o600);
    });

    it('comes back to a central collector that was away, and sends nothing twice', async () => {
      await uplink.enroll(await central.createToken());
      await outbox.put(sampleAlert({ summary: '1' }));
      await until(() => outbox.pending === 0);
      const { agentUrl } = central;
      await central.close();
      await until(() => state() === 'connecting');
      await Promise.all(
        Array.from({ length: 200 }, (_, n) => outbox.put(sampleAlert({ summary: String(n + 2) }))),
      );
      await uplink.stop();
      central = await testCentral({ stateDir: central.stateDir });
      // The port is another one now: the configuration's address wins over the enrolment's, the pin stays.
      assert.notEqual(central.agentUrl, agentUrl);
      uplink = createUplink(central.agentUrl);
      uplink.start();
      await until(() => outbox.pending === 0);
      assert.deepEqual(
        stored().map(({ seq, summary }) => `${seq} ${summary}`),
        Array.from({ length: 201 }, (_, n) => `${n + 1} ${n + 1}`),
      );
    });

    it('sets an alert aside that is refused for good, and goes on', async () => {
      await uplink.enroll(await central.createToken());
      await outbox.put(sampleAlert({ summary: 'good' }));
      await outbox.put(sampleAlert({ summary: 'x'.repeat(9000) }));
      await outbox.put(sampleAlert({ summary: 'good again' }));
      await outbox.put(sampleAlert({ summary: 'x'.repeat(9000) }));
      await until(() => outbox.pending === 0 && stored().length === 2);
      assert.equal(counters.get('outbox.refused-dropped'), 2);
      assert.deepEqual(
        stored().map(({ seq }) => seq),
        [1, 3],
      );
      assert.equal(outbox.total(), 4);
    });

    it('sends more than one frame holds, in several', async () => {
      await uplink.enroll(await central.createToken());
      const text = 'y'.repeat(8000);
      const reasons = Array.from({ length: 30 }, () => ({ selection: 's', field: 'f', value: text }));
      await Promise.all(Array.from({ length: 40 }, () => outbox.put(sampleAlert({ reasons }))));
      await until(() => outbox.pending === 0);
      assert.equal(stored().length, 40);
    });

    it('says that it is refused when it is revoked, and joins again with a new token', async () => {
      const device = await uplink.enroll(await central.createToken());
      await until(() => state() === 'connected');
      await central.revoke(device);
      await until(() => state() === 'refused');
      assert.match(uplink.state.detail ?? '', /E_DEVICE_REVOKED/);
      await outbox.put(sampleAlert());
      const again = await uplink.enroll(await central.createToken());
      assert.notEqual(again, device);
      await until(() => outbox.pending === 0);
      assert.equal(stored().length, 1);
    });

    it('keeps its enrolment when a second token is no good', async () => {
      const token = await central.createToken();
      const device = await uplink.enroll(token);
      await assert.rejects(uplink.enroll(token), { code: 'E_TOKEN_USED' });
      await assert.rejects(uplink.enroll('nonsense'), { code: 'E_TOKEN_INVALID' });
      await until(() => state() === 'connected');
      assert.equal(uplink.state.device, device);
    });

    it('tells nothing to another certificate, neither when it joins nor later', async () => {
      const token = await central.createToken();
      const stranger = await testCentral();
      try {
        const forged = { ...parseToken(token), url: stranger.agentUrl };
        const text = `lgt1.${Buffer.from(JSON.stringify(forged)).toString('base64url')}`;
        await assert.rejects(uplink.enroll(text), { code: 'E_PIN_MISMATCH' });
        await uplink.enroll(token);
        await uplink.stop();
        uplink = createUplink(stranger.agentUrl);
        uplink.start();
        await until(() => state() === 'refused');
        assert.match(uplink.state.detail ?? '', /E_PIN_MISMATCH/);
        assert.ok(!stranger.logged.join().includes('hello'));
      } finally {
        await stranger.remove();
      }
    });

    it('begins a new epoch when its spool is lost', async () => {
      await uplink.enroll(await central.createToken());
      await outbox.put(sampleAlert({ summary: 'old' }));
      await until(() => outbox.pending === 0);
      await uplink.stop();
      outbox.close();
      for (const suffix of ['', '-wal', '-shm'])
        rmSync(join(directory, `outbox.db${suffix}`), { force: true });
      outbox = new Outbox({ file: join(directory, 'outbox.db'), counters, log, numbered: true });
      uplink = createUplink();
      uplink.start();
      await outbox.put(sampleAlert({ summary: 'new' }));
      await until(() => stored().length === 2);
      const [old, fresh] = stored();
      assert.deepEqual([old?.seq, fresh?.seq], [1, 1]);
      assert.notEqual(old?.epoch, fresh?.epoch);
    });

    it('begins a new epoch when its spool was put back from a copy', async () => {
      await uplink.enroll(await central.createToken());
      await outbox.put(sampleAlert({ summary: '1' }));
      await until(() => outbox.pending === 0);
      await uplink.stop();
      outbox.close();
      const copy = readFileSync(join(directory, 'outbox.db'));
      outbox = new Outbox({ file: join(directory, 'outbox.db'), counters, log, numbered: true });
      uplink = createUplink();
      uplink.start();
      await outbox.put(sampleAlert({ summary: '2' }));
      await until(() => outbox.pending === 0);
      await uplink.stop();
      outbox.close();
      writeFileSync(join(directory, 'outbox.db'), copy);
      outbox = new Outbox({ file: join(directory, 'outbox.db'), counters, log, numbered: true });
      uplink = createUplink();
      uplink.start();
      await until(() => state() === 'connected');
      await outbox.put(sampleAlert({ summary: 'not 2' }));
      await until(() => outbox.pending === 0);
      assert.deepEqual(
        stored().map(({ summary }) => summary),
        ['1', '2', 'not 2'],
      );
    });
  });

  describe('with a hostile central collector', () => {
    let server: Server;
    let token: string;
    let url: string;
    let behave: (socket: WebSocket, message: Record<string, unknown>) => void;

    beforeEach(async () => {
      const { pem, pin } = await certificateIn(directory, ['127.0.0.1']);
      server = createServer({ key: pem, cert: pem });
      const sockets = new WebSocketServer({ server });
      sockets.on('connection', (socket) => {
        socket.on('message', (data: Buffer) => behave(socket, JSON.parse(data.toString())));
        socket.on('error', () => {});
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `wss://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const expires = new Date(Date.now() + 60_000).toISOString();
      token = `lgt1.${Buffer.from(JSON.stringify({ url, pin, secret: 'abc', expires })).toString('base64url')}`;
    });

    afterEach(async () => {
      await uplink.stop();
      server.closeAllConnections();
      server.close();
    });

    function polite(socket: WebSocket, message: Record<string, unknown>): void {
      const say = (answer: object) => socket.send(JSON.stringify(answer));
      if (message['type'] === 'hello') say({ type: 'challenge', nonce: 'abcd' });
      if (message['type'] === 'enroll') say({ type: 'enrolled', device: 'd1' });
      if (message['type'] === 'authenticate') say({ type: 'welcome', acknowledged: 0 });
    }

    const insults: readonly (readonly [string, (socket: WebSocket, epoch: unknown) => void, RegExp])[] = [
      ['binary', (socket) => socket.send(Buffer.from([1, 2, 3])), /E_PROTOCOL/],
      ['no JSON', (socket) => socket.send('{'), /E_PROTOCOL/],
      ['another shape', (socket) => socket.send('{"type":"ack","seq":"1"}'), /E_PROTOCOL/],
      ['a huge message', (socket) => socket.send('x'.repeat(1 << 20)), /E_CONNECTION/],
      [
        'an ack of what was never sent',
        (socket, epoch) => socket.send(JSON.stringify({ type: 'ack', epoch, seq: 99 })),
        /E_PROTOCOL/,
      ],
      [
        'an ack of another epoch',
        (socket) => socket.send(JSON.stringify({ type: 'ack', epoch: randomUUID(), seq: 1 })),
        /E_PROTOCOL/,
      ],
      ['a second welcome', (socket) => socket.send('{"type":"welcome","acknowledged":0}'), /E_PROTOCOL/],
      [
        'a refusal of what was never sent',
        (socket) =>
          socket.send(JSON.stringify({ type: 'error', code: 'E_ALERT_INVALID', message: '', seq: 77 })),
        /E_PROTOCOL/,
      ],
      ['a plain close', (socket) => socket.close(1013, 'E_BUSY'), /E_CLOSED.*E_BUSY/],
    ];
    for (const [what, insult, expected] of insults)
      it(`ends the connection after ${what}, and keeps the alert`, async () => {
        behave = (socket, message) => {
          polite(socket, message);
          if (message['type'] === 'alerts') insult(socket, message['epoch']);
        };
        await uplink.enroll(token);
        await outbox.put(sampleAlert());
        await until(() => expected.test(uplink.state.detail ?? ''));
        assert.equal(outbox.pending, 1);
      });

    it('has no more than a window of alerts under way', async () => {
      let received = 0;
      behave = (socket, message) => {
        polite(socket, message);
        if (message['type'] === 'alerts') received += (message['items'] as unknown[]).length;
      };
      await uplink.enroll(token);
      await until(() => state() === 'connected');
      await Promise.all(Array.from({ length: 600 }, () => outbox.put(sampleAlert())));
      await until(() => received >= 256);
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(received, 256);
    });

    it('gives up joining where nothing sensible answers', async () => {
      behave = (socket) => socket.send('{"type":"welcome","acknowledged":0}{');
      await assert.rejects(uplink.enroll(token), { code: 'E_PROTOCOL' });
      behave = (socket) => socket.send(JSON.stringify({ type: 'error', code: 'E_BUSY', message: 'not now' }));
      await assert.rejects(uplink.enroll(token), { code: 'E_BUSY', message: 'E_BUSY: not now' });
    });
  });

  describe('tokens', () => {
    const good = { url: 'wss://x:1', pin: 'a', secret: 'b', expires: '2030-01-01T00:00:00.000Z' };
    const write = (token: object) => `lgt1.${Buffer.from(JSON.stringify(token)).toString('base64url')}`;
    const now = new Date('2026-01-01T00:00:00Z');

    it('are read with blanks around them', () =>
      assert.deepEqual(parseToken(` ${write(good)}\n`, now), good));

    const bad: readonly (readonly [string, string, RegExp])[] = [
      ['another prefix', 'abc.def', /begin with lgt1/],
      ['no JSON', 'lgt1.AAAA', /damaged/],
      ['a missing part', write({ ...good, pin: undefined }), /damaged/],
      ['a cut', write(good).slice(0, -20), /damaged/],
      ['an old one', write({ ...good, expires: '2025-01-01T00:00:00.000Z' }), /expired/],
      ['a huge one', `lgt1.${'A'.repeat(10_000)}`, /begin with|damaged/],
    ];
    for (const [what, token, expected] of bad)
      it(`are refused: ${what}`, () => assert.throws(() => parseToken(token, now), expected));
  });

  describe('pauses', () => {
    it('grow to a minute, and are spread over their whole length', () => {
      const longest = [0, 1, 2, 3, 10, 1000].map((failures) => delay(failures, () => 1));
      assert.deepEqual(longest, [500, 1000, 2000, 4000, 60_000, 60_000]);
      assert.equal(
        delay(10, () => 0),
        100,
      );
      assert.ok(delayAfterRefusal(() => 0) > 200_000);
    });
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as tlsConnect } from 'node:tls';
import { MAX_FRAME } from '../../../../schema/wire.ts';
import { sampleAlert } from '../../fixtures/alert.ts';
import {
  AgentSocket,
  connected,
  deviceKey,
  type Enrolled,
  enrolled,
  heartbeat,
  hostInfo,
  readToken,
  signed,
} from '../../fixtures/agent.ts';
import { testCentral, type TestCentral } from '../../fixtures/central.ts';

describe('the agents’ protocol', () => {
  let central: TestCentral;
  let known: Enrolled;
  before(async () => {
    central = await testCentral({ bounds: { ingest: { hello: 300, challenge: 300, goodbye: 300 } } });
    known = await enrolled(central.agentUrl, await central.createToken());
  });
  after(() => central.remove());

  async function refusalOf(agent: AgentSocket): Promise<{ code: string; close: number; reason: string }> {
    const error = await agent.expect('error');
    const { code: close, reason } = await agent.closed;
    return { code: error.code, close, reason };
  }

  describe('refuses, says why by a stable code, and closes', () => {
    const huge = JSON.stringify({ type: 'hello', protocol: 1, device: 'x'.repeat(100_000) });
    const enrolment = { type: 'enroll', token: 'AAAA', publicKey: 'AAAA', signature: 'AAAA', host: hostInfo };
    const cases: readonly [
      what: string,
      send: (agent: AgentSocket) => void | Promise<void>,
      code: string,
      close: number,
    ][] = [
      ['text that is not JSON', (a) => a.socket.send('hello?'), 'E_FRAME_MALFORMED', 1007],
      [
        'a binary frame',
        (a) => a.socket.send(Buffer.from('{"type":"hello","protocol":1}')),
        'E_FRAME_MALFORMED',
        1007,
      ],
      ['JSON that is no message', (a) => a.send({ type: 'shell', run: 'id' }), 'E_FRAME_MALFORMED', 1007],
      ['JSON that is no object', (a) => a.send(null), 'E_FRAME_MALFORMED', 1007],
      ['ten thousand nested brackets', (a) => a.socket.send('['.repeat(10_000)), 'E_FRAME_MALFORMED', 1007],
      ['a wrong type inside', (a) => a.send({ type: 'hello', protocol: '1' }), 'E_FRAME_MALFORMED', 1007],
      ['100 KB before it has proven itself', (a) => a.socket.send(huge), 'E_FRAME_TOO_LARGE', 1009],
      ['another protocol version', (a) => a.send({ type: 'hello', protocol: 2 }), 'E_PROTOCOL_VERSION', 1002],
      [
        'alerts before hello',
        (a) => a.alerts('e', [{ seq: 1, alert: sampleAlert() }]),
        'E_UNEXPECTED_MESSAGE',
        1002,
      ],
      ['a heartbeat before hello', (a) => a.send(heartbeat()), 'E_UNEXPECTED_MESSAGE', 1002],
      ['enrolment before the challenge', (a) => a.send(enrolment), 'E_UNEXPECTED_MESSAGE', 1002],
      [
        'a second hello',
        async (a) => {
          await a.challenge();
          a.send({ type: 'hello', protocol: 1 });
        },
        'E_UNEXPECTED_MESSAGE',
        1002,
      ],
      [
        'an unknown device',
        async (a) => a.authenticate('nobody', deviceKey(), await a.challenge(), 'e'),
        'E_DEVICE_UNKNOWN',
        1008,
      ],
      [
        'a known device with another key',
        async (a) => a.authenticate(known.device, deviceKey(), await a.challenge(), 'e'),
        'E_SIGNATURE',
        1008,
      ],
      [
        'a signature for another purpose',
        async (a) => {
          const signature = signed(known.key, 'enroll', await a.challenge(), known.device);
          a.send({ type: 'authenticate', device: known.device, signature, epoch: 'e', host: hostInfo });
        },
        'E_SIGNATURE',
        1008,
      ],
      [
        'a key that is no point',
        async (a) => {
          await a.challenge();
          a.send({ ...enrolment, publicKey: Buffer.alloc(31).toString('base64url') });
        },
        'E_SIGNATURE',
        1008,
      ],
      [
        'a token that was never made',
        async (a) => {
          const [key, nonce] = [deviceKey(), await a.challenge()];
          const signature = signed(key, 'enroll', nonce, key.publicKey);
          a.send({ ...enrolment, publicKey: key.publicKey, signature });
        },
        'E_TOKEN_INVALID',
        1008,
      ],
      ['silence', () => {}, 'E_CHALLENGE_EXPIRED', 1008],
      ['silence after the challenge', async (a) => void (await a.challenge()), 'E_CHALLENGE_EXPIRED', 1008],
    ];
    for (const [what, send, code, close] of cases)
      it(`${what}: ${code}`, async () => {
        const agent = await AgentSocket.connect(central.agentUrl);
        await send(agent);
        assert.deepEqual(await refusalOf(agent), { code, close, reason: code });
      });
  });

  it('refuses a replayed answer: the nonce is another one', async () => {
    const first = await AgentSocket.connect(central.agentUrl);
    const answer = {
      type: 'authenticate',
      device: known.device,
      signature: signed(known.key, 'authenticate', await first.challenge(), known.device),
      epoch: 'spool-1',
      host: hostInfo,
    };
    first.send(answer);
    await first.expect('welcome');
    first.send(answer);
    assert.equal((await refusalOf(first)).code, 'E_UNEXPECTED_MESSAGE');
    const second = await AgentSocket.connect(central.agentUrl);
    await second.challenge();
    second.send(answer);
    assert.equal((await refusalOf(second)).code, 'E_SIGNATURE');
  });

  it('never sends the same nonce twice, and 32 random bytes', async () => {
    const agents = await Promise.all(Array.from({ length: 5 }, () => AgentSocket.connect(central.agentUrl)));
    const nonces = await Promise.all(agents.map((agent) => agent.challenge()));
    assert.equal(new Set(nonces).size, 5);
    for (const nonce of nonces) assert.equal(Buffer.from(nonce, 'base64url').length, 32);
    await Promise.all(agents.map((agent) => agent.close()));
  });

  it('closes a frame above the limit with 1009 and counts it', async () => {
    const { agent } = await connected(central.agentUrl, known);
    agent.socket.send(Buffer.alloc(MAX_FRAME + 1, 0x20).toString());
    assert.equal((await agent.closed).code, 1009);
    assert.ok(central.logged.some((line) => line.includes('E_FRAME_TOO_LARGE')));
  });

  it('refuses alerts of another epoch than was authenticated', async () => {
    const { agent } = await connected(central.agentUrl, known, 'spool-1');
    agent.alerts('spool-2', [{ seq: 1, alert: sampleAlert() }]);
    assert.equal((await refusalOf(agent)).code, 'E_UNEXPECTED_MESSAGE');
  });

  it('refuses bytes that are no WebSocket frame', async () => {
    const agent = await AgentSocket.connect(central.agentUrl);
    // A reserved opcode, masked.
    (agent.socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(
      Buffer.from([0x8b, 0x80, 0, 0, 0, 0]),
    );
    assert.equal((await agent.closed).code, 1002);
  });

  it('lets the newer of two connections of a device stand', async () => {
    const older = await connected(central.agentUrl, known);
    const newer = await connected(central.agentUrl, known);
    assert.equal((await older.agent.closed).code, 1008);
    newer.agent.alerts('spool-1', [{ seq: 1, alert: sampleAlert() }]);
    assert.equal((await newer.agent.expect('ack')).seq, 1);
    await newer.agent.close();
  });

  it('shows the certificate that the token pins, also after a restart', async () => {
    const token = await central.createToken();
    const first = await AgentSocket.connect(central.agentUrl);
    assert.equal(first.pin, readToken(token).pin);
    await first.close();
  });

  it('speaks TLS 1.3 alone, and to browsers not at all', async () => {
    const { hostname, port } = new URL(central.agentUrl);
    const old = tlsConnect({
      host: hostname,
      port: Number(port),
      maxVersion: 'TLSv1.2',
      rejectUnauthorized: false,
    });
    const [error] = (await once(old, 'error')) as [Error];
    assert.match(error.message, /protocol version|handshake failure/i);
    const page = await fromBrowser(central.agentUrl);
    assert.equal(page, 403);
  });

  it('echoes nothing of a malformed frame, neither to the peer nor into the log', async () => {
    const agent = await AgentSocket.connect(central.agentUrl);
    agent.send({ type: 'hello', protocol: 1, device: { 'AKIA-SECRET-KEY': 'AKIA-SECRET-VALUE' } });
    const error = await agent.expect('error');
    assert.doesNotMatch(error.message, /AKIA/);
    assert.doesNotMatch(central.logged.join(''), /AKIA/);
  });
});

async function fromBrowser(url: string): Promise<number> {
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(url, { rejectUnauthorized: false, origin: 'https://attacker.example' });
  const status = new Promise<number>((resolve) =>
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0)),
  );
  socket.on('error', () => {});
  const found = await status;
  socket.terminate();
  return found;
}

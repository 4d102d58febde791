import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentSocket, connected, deviceKey, enrolled, type Key, readToken } from '../../fixtures/agent.ts';
import { testCentral, type TestCentral } from '../../fixtures/central.ts';

describe('enrolment', () => {
  let central: TestCentral;
  before(async () => {
    central = await testCentral();
  });
  after(() => central.remove());

  async function attempt(token: string, key: Key): Promise<string> {
    const agent = await AgentSocket.connect(central.agentUrl);
    await agent.enroll(token, key, await agent.challenge());
    const answer = await agent.next();
    await agent.close();
    return answer?.type === 'error' ? answer.code : (answer?.type ?? 'closed');
  }

  it('gives a token that names the place, the certificate and an hour', async () => {
    const token = readToken(await central.createToken());
    assert.equal(token.url, central.agentUrl);
    assert.equal(Buffer.from(token.secret, 'base64url').length, 32);
    const minutes = (Date.parse(token.expires) - Date.now()) / 60_000;
    assert.ok(minutes > 59 && minutes <= 60);
  });

  it('lets one of two racing agents in', async () => {
    for (let round = 0; round < 5; round++) {
      const token = await central.createToken();
      const answers = await Promise.all([attempt(token, deviceKey()), attempt(token, deviceKey())]);
      assert.deepEqual(answers.sort(), ['E_TOKEN_USED', 'enrolled']);
    }
  });

  it('gives an agent that lost the answer the same device again, and nobody else', async () => {
    const token = await central.createToken();
    const key = deviceKey();
    const first = await enrolled(central.agentUrl, token, key);
    const again = await enrolled(central.agentUrl, token, key);
    assert.equal(again.device, first.device);
    assert.equal(await attempt(token, deviceKey()), 'E_TOKEN_USED');
  });

  it('goes on to authenticate on the same connection with a fresh challenge', async () => {
    const key = deviceKey();
    const agent = await AgentSocket.connect(central.agentUrl);
    const first = await agent.challenge();
    await agent.enroll(await central.createToken(), key, first);
    const { device } = await agent.expect('enrolled');
    const { nonce } = await agent.expect('challenge');
    assert.notEqual(nonce, first);
    agent.authenticate(device, key, nonce, 'spool-1');
    assert.equal((await agent.expect('welcome')).acknowledged, 0);
    await agent.close();
  });

  it('does not take the nonce of the enrolment for the authentication', async () => {
    const key = deviceKey();
    const agent = await AgentSocket.connect(central.agentUrl);
    const nonce = await agent.challenge();
    await agent.enroll(await central.createToken(), key, nonce);
    const { device } = await agent.expect('enrolled');
    await agent.expect('challenge');
    agent.authenticate(device, key, nonce, 'spool-1');
    assert.equal((await agent.expect('error')).code, 'E_SIGNATURE');
  });

  it('refuses an expired token', async () => {
    assert.equal(await attempt(await central.createToken({ lifetime: -1 }), deviceKey()), 'E_TOKEN_INVALID');
  });

  it('ends a revoked device’s connection and does not let it back in', async () => {
    const one = await enrolled(central.agentUrl, await central.createToken());
    const { agent } = await connected(central.agentUrl, one);
    assert.equal(await central.revoke(one.device), true);
    assert.equal((await agent.expect('error')).code, 'E_DEVICE_REVOKED');
    const back = await AgentSocket.connect(central.agentUrl);
    back.authenticate(one.device, one.key, await back.challenge(), 'spool-1');
    assert.equal((await back.expect('error')).code, 'E_DEVICE_REVOKED');
    assert.equal(await attempt(await central.createToken(), one.key), 'E_DEVICE_REVOKED');
    assert.equal(await central.revoke('nobody'), false);
  });

  it('keeps certificate, devices and open tokens over a restart, and its secrets to itself', async () => {
    const one = await enrolled(central.agentUrl, await central.createToken());
    const open = readToken(await central.createToken());
    central = await central.restart();
    const { agent } = await connected(central.agentUrl, one);
    assert.equal(agent.pin, open.pin);
    await agent.close();
    const modes = ['', 'certificate.pem', 'central.db', 'control.sock'].map(async (name) => {
      return ((await stat(join(central.stateDir, 'central', name))).mode & 0o777).toString(8);
    });
    assert.deepEqual(await Promise.all(modes), ['700', '600', '600', '600']);
    assert.ok(!central.logged.join('').includes(open.secret));
  });
});

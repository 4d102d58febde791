import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { sampleAlert } from '../../fixtures/alert.ts';
import { AgentSocket, connected, type Enrolled, enrolled } from '../../fixtures/agent.ts';
import { testCentral, type TestCentral } from '../../fixtures/central.ts';

describe('delivery of alerts', () => {
  let central: TestCentral;
  let device: Enrolled;
  let epochs = 0;
  before(async () => {
    central = await testCentral({ bounds: { ingest: { pendingPerAddress: 3 } } });
  });
  after(() => central.remove());
  beforeEach(async () => {
    device = await enrolled(central.agentUrl, await central.createToken());
    epochs++;
  });

  const epoch = () => `spool-${epochs}`;
  const items = (...seqs: number[]) =>
    seqs.map((seq) => ({ seq, alert: sampleAlert({ summary: `alert ${seq}` }) }));

  /** (seq, summary) of what is stored of this device, in order. */
  function stored(): { seq: number; summary: string }[] {
    const database = new DatabaseSync(join(central.stateDir, 'central', 'central.db'), { readOnly: true });
    const rows = database
      .prepare(
        'SELECT seq, summary FROM alerts JOIN bodies USING (position) WHERE device = ? ORDER BY position',
      )
      .all(device.device);
    database.close();
    return rows.map((row) => ({ seq: Number(row['seq']), summary: String(row['summary']) }));
  }
  const seqs = () => stored().map(({ seq }) => seq);

  it('acknowledges after the commit, cumulatively, and says on return how far it was', async () => {
    const { agent, acknowledged } = await connected(central.agentUrl, device, epoch());
    assert.equal(acknowledged, 0);
    agent.alerts(epoch(), items(1, 2, 3));
    assert.deepEqual(await agent.next(), { type: 'ack', epoch: epoch(), seq: 3 });
    assert.deepEqual(seqs(), [1, 2, 3]);
    await agent.close();
    const again = await connected(central.agentUrl, device, epoch());
    assert.equal(again.acknowledged, 3);
    await again.agent.close();
  });

  it('stores what is sent again once, and keeps the first', async () => {
    const { agent } = await connected(central.agentUrl, device, epoch());
    agent.alerts(epoch(), items(1, 2));
    agent.alerts(epoch(), [{ seq: 2, alert: sampleAlert({ summary: 'forged' }) }, ...items(2, 3, 3)]);
    assert.equal((await agent.expect('ack')).seq, 2);
    assert.equal((await agent.expect('ack')).seq, 3);
    assert.deepEqual(
      stored(),
      [1, 2, 3].map((seq) => ({ seq, summary: `alert ${seq}` })),
    );
    await agent.close();
  });

  it('counts anew in a new epoch', async () => {
    const first = await connected(central.agentUrl, device, 'life-1');
    first.agent.alerts('life-1', items(1));
    await first.agent.expect('ack');
    await first.agent.close();
    const second = await connected(central.agentUrl, device, 'life-2');
    assert.equal(second.acknowledged, 0);
    second.agent.alerts('life-2', items(1));
    assert.equal((await second.agent.expect('ack')).seq, 1);
    assert.deepEqual(seqs(), [1, 1]);
    await second.agent.close();
  });

  it('does not acknowledge over a hole, and closes it when the missing one comes', async () => {
    const { agent } = await connected(central.agentUrl, device, epoch());
    agent.alerts(epoch(), items(1, 3));
    assert.equal((await agent.expect('ack')).seq, 1);
    agent.alerts(epoch(), items(2));
    assert.equal((await agent.expect('ack')).seq, 3);
    await agent.close();
  });

  it('refuses one bad alert by its seq, stores the others, and never asks for it again', async () => {
    const { agent } = await connected(central.agentUrl, device, epoch());
    const bad = { ...sampleAlert(), level: 'catastrophic', summary: 'AKIA-SECRET-VALUE' };
    agent.send({ type: 'alerts', epoch: epoch(), items: [items(1)[0], { seq: 2, alert: bad }, items(3)[0]] });
    const error = await agent.expect('error');
    assert.deepEqual([error.code, error.seq], ['E_ALERT_INVALID', 2]);
    assert.doesNotMatch(error.message, /AKIA|catastrophic/);
    assert.equal((await agent.expect('ack')).seq, 3);
    assert.deepEqual(seqs(), [1, 3]);
    await agent.close();
    assert.equal((await connected(central.agentUrl, device, epoch())).acknowledged, 3);
    assert.doesNotMatch(central.logged.join(''), /AKIA/);
  });

  it('keeps apart two devices that use one id, epoch and seq, and a device’s second use of an id', async () => {
    const other = await enrolled(central.agentUrl, await central.createToken());
    const alert = sampleAlert();
    for (const [who, summary] of [
      [device, 'mine'],
      [other, 'theirs'],
    ] as const) {
      const { agent } = await connected(central.agentUrl, who, epoch());
      agent.alerts(epoch(), [{ seq: 1, alert: { ...alert, summary } }]);
      agent.alerts(epoch(), [{ seq: 2, alert: { ...alert, summary: 'a later one' } }]);
      await agent.expect('ack');
      await agent.expect('ack');
      await agent.close();
    }
    const store = new DatabaseSync(join(central.stateDir, 'central', 'central.db'), { readOnly: true });
    const rows = store.prepare('SELECT summary FROM alerts WHERE id = ? ORDER BY position').all(alert.id);
    store.close();
    assert.deepEqual(
      rows.map((row) => row['summary']),
      ['mine', 'a later one', 'theirs', 'a later one'],
    );
  });

  it('takes a burst of many agents at once', async () => {
    const agents: AgentSocket[] = [];
    for (let n = 0; n < 8; n++) {
      const one = await enrolled(central.agentUrl, await central.createToken());
      agents.push((await connected(central.agentUrl, one, epoch())).agent);
    }
    const last = await Promise.all(
      agents.map(async (agent) => {
        for (let batch = 0; batch < 10; batch++) agent.alerts(epoch(), items(...range(batch * 8 + 1, 8)));
        let seq = 0;
        while (seq < 80) ({ seq } = await agent.expect('ack'));
        return seq;
      }),
    );
    assert.deepEqual(new Set(last), new Set([80]));
    await Promise.all(agents.map((agent) => agent.close()));
  });

  it('turns away the connection that is one too many, and only that one', async () => {
    const { agent } = await connected(central.agentUrl, device, epoch());
    const waiting = await Promise.all(range(1, 3).map(() => AgentSocket.connect(central.agentUrl)));
    const tooMany = await AgentSocket.connect(central.agentUrl);
    assert.equal((await tooMany.expect('error')).code, 'E_BUSY');
    assert.equal((await tooMany.closed).code, 1013);
    agent.alerts(epoch(), items(1));
    assert.equal((await agent.expect('ack')).seq, 1);
    await Promise.all([agent, ...waiting].map((one) => one.close()));
    await (await AgentSocket.connect(central.agentUrl)).close();
  });

  it('cuts off a peer that no longer answers pings', async () => {
    const impatient = await testCentral({ bounds: { ingest: { ping: 100 } } });
    const one = await enrolled(impatient.agentUrl, await impatient.createToken());
    const agent = await AgentSocket.connect(impatient.agentUrl, { autoPong: false });
    agent.authenticate(one.device, one.key, await agent.challenge(), 'spool-1');
    await agent.expect('welcome');
    assert.equal((await agent.closed).code, 1006);
    await impatient.remove();
  });
});

function range(from: number, length: number): number[] {
  return Array.from({ length }, (_, index) => from + index);
}

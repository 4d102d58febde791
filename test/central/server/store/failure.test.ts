// A store that cannot take alerts: they stay in the agent's spool and nothing else breaks.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sampleAlert } from '../../fixtures/alert.ts';
import { type AgentSocket, connected, type Enrolled, enrolled } from '../../fixtures/agent.ts';
import { testCentral, type TestCentral } from '../../fixtures/central.ts';

const item = (seq: number) => ({ seq, alert: sampleAlert({ summary: 'x'.repeat(4000) }) });

async function storeRefuses(agent: AgentSocket): Promise<void> {
  const error = await agent.expect('error');
  assert.equal(error.code, 'E_STORE');
  assert.equal(error.seq, undefined);
  assert.equal((await agent.closed).code, 1013);
}

function storeLines(central: TestCentral): number {
  return central.logged.filter((line) => line.includes('E_STORE')).length;
}

describe('a store that is locked by somebody else', () => {
  let central: TestCentral;
  before(async () => {
    central = await testCentral();
  });
  after(() => central.remove());

  it('is said to the agent as E_STORE, logged once, and over when the lock is', async () => {
    const device = await enrolled(central.agentUrl, await central.createToken());
    const intruder = new DatabaseSync(join(central.stateDir, 'central', 'central.db'));
    intruder.exec('BEGIN IMMEDIATE');
    for (let attempt = 0; attempt < 3; attempt++) {
      const { agent, acknowledged } = await connected(central.agentUrl, device);
      assert.equal(acknowledged, 0);
      agent.alerts('spool-1', [item(1)]);
      await storeRefuses(agent);
    }
    intruder.exec('ROLLBACK');
    intruder.close();
    assert.equal(storeLines(central), 1);
    const { agent } = await connected(central.agentUrl, device);
    agent.alerts('spool-1', [item(1)]);
    assert.equal((await agent.expect('ack')).seq, 1);
    await agent.close();
  });
});

describe('a disk that is full', () => {
  let directory: string;
  let central: TestCentral | undefined;
  let device: Enrolled;

  before(async function () {
    directory = mkdtempSync(join(tmpdir(), 'lifeguard-disk-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory]);
    if (mounted.status !== 0) {
      console.warn('SKIPPED a disk that is full: mounting a small tmpfs needs root');
      rmSync(directory, { recursive: true });
      this.skip();
    }
    central = await testCentral({ stateDir: directory });
    device = await enrolled(central.agentUrl, await central.createToken());
  });
  after(async () => {
    if (!central) return;
    await central.close();
    spawnSync('umount', [directory]);
    rmSync(directory, { recursive: true });
  });

  it('is said to the agent as E_STORE, and over when there is space again', async () => {
    assert.ok(central);
    const ballast = join(directory, 'ballast');
    const { bavail, bsize } = statfsSync(directory);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - 64 * 1024));
    const { agent } = await connected(central.agentUrl, device);
    let seq = 0;
    let answer;
    do {
      agent.alerts('spool-1', [item(++seq)]);
      answer = await agent.next();
    } while (answer?.type === 'ack' && seq < 100);
    assert.equal(answer?.type === 'error' && answer.code, 'E_STORE');
    assert.equal((await agent.closed).code, 1013);

    rmSync(ballast);
    const back = await connected(central.agentUrl, device);
    assert.equal(back.acknowledged, seq - 1);
    back.agent.alerts('spool-1', [item(seq), item(seq + 1)]);
    assert.equal((await back.agent.expect('ack')).seq, seq + 1);
    await back.agent.close();
    assert.equal(storeLines(central), 1);
  });
});

// The central collector dies by SIGKILL in the middle of a stream, again and again: what it has acknowledged is there, once.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { fromCentral, type FromCentral, type ToCentral } from '../../../schema/central-process.ts';
import { sampleAlert } from '../fixtures/alert.ts';
import { connected, type Enrolled, enrolled } from '../fixtures/agent.ts';
import { testConfig } from '../fixtures/central.ts';

const main = join(import.meta.dirname, '..', '..', '..', 'central', 'server', 'main.ts');
const ROUNDS = 6;

const children: ChildProcess[] = [];

class Child {
  readonly process: ChildProcess;
  constructor() {
    const argv = ['--disable-warning=ExperimentalWarning', main];
    this.process = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    children.push(this.process);
  }

  async ask<T extends FromCentral['type']>(
    message: ToCentral,
    type: T,
  ): Promise<Extract<FromCentral, { type: T }>> {
    this.process.send(message);
    const [answer] = (await once(this.process, 'message')) as [unknown];
    const parsed = v.parse(fromCentral, answer);
    assert.equal(parsed.type, type, JSON.stringify(parsed));
    return parsed as Extract<FromCentral, { type: T }>;
  }

  async kill(signal: NodeJS.Signals): Promise<number | null> {
    const exit = once(this.process, 'exit') as Promise<[number | null]>;
    this.process.kill(signal);
    return (await exit)[0];
  }
}

describe('the central collector as a process', () => {
  let stateDir: string;
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'lifeguard-central-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
    rmSync(stateDir, { recursive: true, force: true });
  });

  it(`loses nothing and doubles nothing over ${ROUNDS} kills`, async () => {
    let device: Enrolled | undefined;
    let sent = 0;
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const child = new Child();
      const ready = await child.ask({ type: 'start', config: testConfig(stateDir) }, 'ready');
      device ??= await enrolled(ready.agentUrl, (await child.ask({ type: 'token' }, 'token')).token);
      const { agent, acknowledged: known } = await connected(ready.agentUrl, device);
      assert.ok(known >= acknowledged, `round ${round}: ${acknowledged} was acknowledged, ${known} is known`);
      sent = known;
      const killAfter = known + 5 + round * 7;
      // Three batches are under way at any time, as an uplink would have them.
      for (let n = 0; n < 3; n++) agent.alerts('spool-1', batch(sent, (sent += 4)));
      for (let message = await agent.next(); message; message = await agent.next()) {
        assert.equal(message.type, 'ack');
        acknowledged = message.type === 'ack' ? message.seq : acknowledged;
        if (acknowledged >= killAfter) child.process.kill('SIGKILL');
        if (agent.socket.readyState === 1) agent.alerts('spool-1', batch(sent, (sent += 4)));
      }
    }
    const database = new DatabaseSync(join(stateDir, 'central', 'central.db'));
    const rows = database
      .prepare('SELECT seq, summary FROM alerts JOIN bodies USING (position) ORDER BY seq')
      .all();
    database.close();
    const found = rows.map((row) => [Number(row['seq']), String(row['summary'])]);
    assert.deepEqual(
      found,
      Array.from({ length: rows.length }, (_, n) => [n + 1, `alert ${n + 1}`]),
    );
    assert.ok(rows.length >= acknowledged && acknowledged > ROUNDS * 5);
  });

  it('ends by SIGTERM and by the end of its parent’s channel with exit code 0', async () => {
    const terminated = new Child();
    await terminated.ask({ type: 'start', config: testConfig(stateDir) }, 'ready');
    assert.equal(await terminated.kill('SIGTERM'), 0);
    const orphan = new Child();
    await orphan.ask({ type: 'start', config: testConfig(stateDir) }, 'ready');
    const exit = once(orphan.process, 'exit');
    orphan.process.disconnect();
    assert.deepEqual(await exit, [0, null]);
  });

  it('says by a code why it cannot start', async () => {
    const first = new Child();
    const config = testConfig(stateDir);
    const { agentUrl } = await first.ask({ type: 'start', config }, 'ready');
    const taken = {
      ...config,
      stateDir: join(stateDir, 'other'),
      agents: { ...config.agents, port: Number(new URL(agentUrl).port) },
    };
    const open = { ...config, stateDir: join(stateDir, 'third'), console: { host: '0.0.0.0', port: 0 } };
    const cases = [
      [config, 'E_RUNNING'],
      [taken, 'E_LISTEN'],
      [open, 'E_CONSOLE_NOT_LOOPBACK'],
      [{ ...config, stateDir: '/proc/nowhere' }, 'E_STATE_DIRECTORY'],
      [{ ...config, agents: { port: 'x' } }, 'E_CONFIG'],
    ] as const;
    for (const [refused, code] of cases) {
      const child = new Child();
      const exit = once(child.process, 'exit');
      const failed = await child.ask({ type: 'start', config: refused } as ToCentral, 'failed');
      assert.equal(failed.code, code, failed.message);
      assert.deepEqual(await exit, [1, null]);
    }
    assert.equal(await first.kill('SIGINT'), 0);
  });
});

function batch(after: number, last: number): { seq: number; alert: ReturnType<typeof sampleAlert> }[] {
  return Array.from({ length: last - after }, (_, n) => {
    const seq = after + n + 1;
    return { seq, alert: sampleAlert({ summary: `alert ${seq}` }) };
  });
}

// Proof that no alert is lost and none doubled: a stream of alerts from an agent to a central collector, each killed with
// SIGKILL 50 times at random points. What `lifeguard alerts` showed must be in the central store exactly once.
// node_modules/.bin/node bench/durability/main.ts [--kills 50]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createLocalClient } from '../../agent/cli/local-client.ts';
import { Program } from './program.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '50' } } });
const KILLS = Number(values.kills);
/** Between a start and its kill, ms. */
const SHORTEST = 20;
const LONGEST = 600;

const root = join(import.meta.dirname, '..', '..');
const directory = mkdtempSync(join(tmpdir(), 'lifeguard-durability-'));
const agentState = join(directory, 'agent');
const centralState = join(directory, 'central');
const client = createLocalClient(agentState);
/** Numbers that the local API told of: they are on the agent's disk. */
const durable = new Set<number>();

let central: Program | undefined;
let agent: Program | undefined;
let port = 0;
let lives = 0;
try {
  central = await startCentral();
  agent = await startAgent();
  const { token } = await central.expect('token', { type: 'token' });
  await client.enroll(String(token));
  const started = performance.now();
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await delay(SHORTEST + Math.random() * (LONGEST - SHORTEST));
    await agent.kill('SIGKILL');
    agent = await startAgent();
    await delay(SHORTEST + Math.random() * (LONGEST - SHORTEST));
    await central.kill('SIGKILL');
    central = await startCentral();
    if (kill % 10 === 0) console.log(`${kill} kills of each, ${durable.size} alerts`);
  }
  await delivered();
  const seconds = (performance.now() - started) / 1000;
  await agent.kill('SIGTERM');
  await central.kill('SIGTERM');
  process.exitCode = report(seconds) ? 0 : 1;
} finally {
  await agent?.kill('SIGKILL');
  await central?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
}

async function startCentral(): Promise<Program> {
  const program = new Program(join(root, 'central', 'server', 'main.ts'));
  const config = {
    stateDir: centralState,
    agents: { host: '127.0.0.1', port, names: ['127.0.0.1'] },
    console: { host: '127.0.0.1', port: 0 },
  };
  const { agentUrl } = await program.expect('ready', { type: 'start', config });
  port = Number(new URL(String(agentUrl)).port);
  return program;
}

/** Each life counts from another million on, so that a number says where it came from. */
async function startAgent(): Promise<Program> {
  lives += 1;
  const program = new Program(join(import.meta.dirname, 'agent.ts'), [agentState, String(lives * 1_000_000)]);
  await program.expect('running');
  void listen();
  return program;
}

async function listen(): Promise<void> {
  try {
    for await (const { summary } of client.alerts({ follow: true, limit: 10_000 }))
      durable.add(numberOf(summary));
  } catch {
    // It was killed; what it had said was on its disk.
  }
}

function numberOf(summary: string): number {
  return Number(/\/bench\/\.ssh\/(\d+)/.exec(summary)?.[1]);
}

/** Stops the stream and waits until nothing waits any more. */
async function delivered(): Promise<void> {
  await agent?.kill('SIGKILL');
  agent = new Program(join(import.meta.dirname, 'agent.ts'), [agentState]);
  await agent.expect('running');
  const end = performance.now() + 120_000;
  for (;;) {
    const { pending, state } = (await client.status()).central;
    if (pending === 0 && state === 'connected') return;
    if (performance.now() > end) throw new Error(`${pending} alerts still wait after two minutes (${state})`);
    await delay(50);
  }
}

function report(seconds: number): boolean {
  const database = new DatabaseSync(join(centralState, 'central', 'central.db'), { readOnly: true });
  const rows = database.prepare('SELECT summary FROM alerts').all();
  const epochs = database.prepare('SELECT max(seq) - count(*) AS holes FROM alerts GROUP BY epoch').all();
  database.close();
  const stored = rows.map(({ summary }) => numberOf(String(summary)));
  const once = new Set(stored);
  const lost = [...durable].filter((number) => !once.has(number)).length;
  const doubled = stored.length - once.size;
  // The agent numbers what is on its disk without holes: a hole is an alert that was never told of, and lost.
  const holes = epochs.reduce((sum, epoch) => sum + Number(epoch['holes']), 0);
  console.log(`kills: agent ${KILLS}, central collector ${KILLS}, in ${seconds.toFixed(0)} s`);
  console.log(`alerts: ${durable.size} told by the agent, ${stored.length} in the central store`);
  console.log(`lost: ${lost + holes}; doubled: ${doubled}`);
  return lost + holes === 0 && doubled === 0 && durable.size > 0;
}

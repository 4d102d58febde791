// From open(2) of a decoy key by a real lifecycle script to its alert in the central store, on this machine, in ms.
// node_modules/.bin/node bench/latency/main.ts [--opens 200]            (as root: it needs the sensor)
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createLocalClient, type LocalClient } from '../../agent/cli/local-client.ts';
import { openStage } from '../../simulations/index.ts';
import { Program } from '../durability/program.ts';
import { writeReader } from './reader.ts';

const { values } = parseArgs({ options: { opens: { type: 'string', default: '200' } } });
const OPENS = Number(values.opens);
const BUDGET = { p50: 15, p99: 100 };

const root = join(import.meta.dirname, '..', '..');
const directory = mkdtempSync(join(tmpdir(), 'lifeguard-latency-'));
const stateDir = join(directory, 'agent');
const central = new Program(join(root, 'central', 'server', 'main.ts'));
const agent = new Program(join(import.meta.dirname, 'agent.ts'), [stateDir]);
const stage = await openStage(new AbortController().signal);
try {
  const config = {
    stateDir: join(directory, 'central'),
    agents: { host: '127.0.0.1', port: 0, names: ['127.0.0.1'] },
    console: { host: '127.0.0.1', port: 0 },
  };
  await Promise.all([agent.expect('running'), central.expect('ready', { type: 'start', config })]);
  const client = createLocalClient(stateDir);
  await client.enroll(String((await central.expect('token', { type: 'token' }))['token']));
  for (let open = 0; open < OPENS; open += 1)
    writeFileSync(join(stage.home, '.ssh', `bench-${open}.pem`), 'decoy\n');
  const watched = await client.watchHome(stage.home);
  const end = new AbortController();
  const [kept, stored] = [watchAgent(client, end.signal), watchStore(end.signal)];
  const reader = join(stage.directory, 'reader');
  writeReader(reader);
  await stage.install(reader);
  await delay(1000);
  end.abort();
  watched.release();
  const opened = JSON.parse(readFileSync(join(stage.directory, 'opened.json'), 'utf8'));
  print('kept by the agent', opened, await kept);
  process.exitCode = print('in the central store', opened, await stored) ? 0 : 1;
  if (process.exitCode === 1) await explain(client);
} finally {
  await stage.close();
  await agent.kill('SIGTERM');
  await central.kill('SIGTERM');
  rmSync(directory, { recursive: true, force: true });
}

/** File name → when the local API told its alert, µs. */
async function watchAgent(client: LocalClient, signal: AbortSignal): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  for await (const { secret } of client.alerts({ follow: true, limit: 0, signal }))
    seen.set(secret?.path.split('/').at(-1) ?? '', Number(process.hrtime.bigint() / 1000n));
  return seen;
}

/** File name → when its alert was first seen in the central store, µs; looked at every millisecond. */
async function watchStore(signal: AbortSignal): Promise<Map<string, number>> {
  const database = new DatabaseSync(join(directory, 'central', 'central', 'central.db'), { readOnly: true });
  const query = database.prepare('SELECT position, secret_path AS path FROM alerts WHERE position > ?');
  const seen = new Map<string, number>();
  let last = 0;
  while (!signal.aborted) {
    for (const { position, path } of query.all(last)) {
      last = Number(position);
      seen.set(String(path).split('/').at(-1) ?? '', Number(process.hrtime.bigint() / 1000n));
    }
    await delay(1);
  }
  database.close();
  return seen;
}

/** What the agent says of itself, where something was missed. */
async function explain(client: LocalClient): Promise<void> {
  const { drops, warnings, capabilities, counters = {} } = await client.status();
  const counted = Object.entries(counters).filter(([, count]) => count > 0);
  console.log(
    JSON.stringify({ drops, warnings, capabilities, counters: Object.fromEntries(counted) }, null, 2),
  );
}

/** Prints how long it took; true where every open was seen within the budget. */
function print(where: string, opened: Record<string, number>, seen: ReadonlyMap<string, number>): boolean {
  const taken = Object.entries(opened)
    .flatMap(([name, at]) => (seen.has(name) ? [((seen.get(name) ?? 0) - at) / 1000] : []))
    .sort((a, b) => a - b);
  const at = (share: number) =>
    taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? Infinity;
  const [p50, p90, p99] = [at(0.5), at(0.9), at(0.99)];
  const total = Object.keys(opened).length;
  console.log(`${where}: ${taken.length} of ${total} opens`);
  console.log(
    `  ms: p50 ${p50.toFixed(1)}, p90 ${p90.toFixed(1)}, p99 ${p99.toFixed(1)}, most ${at(1).toFixed(1)}`,
  );
  console.log(`  of the budget: p50 ${(p50 / BUDGET.p50).toFixed(2)}, p99 ${(p99 / BUDGET.p99).toFixed(2)}`);
  return taken.length === total && p50 <= BUDGET.p50 && p99 <= BUDGET.p99;
}

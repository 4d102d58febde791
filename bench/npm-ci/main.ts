// What the agent costs an install: `npm ci` of some 450 real packages with and without it, in pairs, and no false alarm.
// node_modules/.bin/node bench/npm-ci/main.ts [--pairs 5]
// Exit 1 where an alert of medium or above was raised. Wants root, as the agent does, and a quiet machine.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Alert } from '../../schema/alert.ts';
import { compareLevels } from '../../schema/primitives.ts';
import type { Status } from '../../schema/local.ts';
import { startAgent } from './agent.ts';
import { prepareProject } from './project.ts';
import type { Project } from './project.ts';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '5' } } });
const directory = await realpath(await mkdtemp(join(tmpdir(), 'lifeguard-bench-ci-')));
try {
  const project = await prepareProject(directory);
  console.log(`${project.packages} packages in the lockfile; load ${loadavg()[0]?.toFixed(1)}`);
  const without: number[] = [];
  const withAgent: number[] = [];
  let alarms = 0;
  for (let pair = 0; pair < Number(values.pairs); pair += 1) {
    // Which comes first changes, so that neither always finds the warmer cache.
    if (pair % 2 === 0) without.push(await project.install());
    const guarded = await installGuarded(project, join(directory, `agent-${pair}`));
    withAgent.push(guarded.ms);
    alarms += tell(guarded.alerts);
    if (pair % 2 === 1) without.push(await project.install());
    if (pair === 0) describe(guarded.status);
    console.log(`pair ${pair + 1}: ${seconds(without[pair])} s without, ${seconds(withAgent[pair])} s with`);
  }
  const ratios = withAgent.map((ms, pair) => ms / (without[pair] ?? ms));
  console.log(`without ${range(without.map((ms) => ms / 1000))} s`);
  console.log(`with    ${range(withAgent.map((ms) => ms / 1000))} s`);
  console.log(`ratio   ${range(ratios)}`);
  console.log(`alerts of medium or above: ${alarms}`);
  if (alarms > 0) process.exitCode = 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function installGuarded(
  project: Project,
  state: string,
): Promise<{ ms: number; alerts: Alert[]; status: Status }> {
  const agent = await startAgent(state);
  try {
    const ms = await project.install();
    return { ms, alerts: await agent.alerts(), status: await agent.status() };
  } finally {
    await agent.stop();
  }
}

/** Prints what should not be there; gives how many. The agent sees the whole machine: what others do on it is not ours. */
function tell(alerts: readonly Alert[]): number {
  const own = alerts.filter((alert) => JSON.stringify(alert).includes(directory));
  if (own.length < alerts.length)
    console.log(`  ${alerts.length - own.length} alerts of other work on this machine`);
  const alarms = own.filter(({ level }) => compareLevels(level, 'medium') >= 0);
  for (const { level, rule, summary } of alarms) console.log(`  ${level} ${rule.id}: ${summary}`);
  return alarms.length;
}

function describe({ capabilities, resources, drops }: Status): void {
  for (const { name, state, why } of capabilities) console.log(`  ${state.padEnd(8)} ${name}: ${why}`);
  console.log(
    `  ${(resources.rss / 1024 / 1024).toFixed(0)} MiB, ${resources.cpuSeconds.toFixed(1)} CPU s, drops ${JSON.stringify(drops)}`,
  );
}

function range(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [low, middle, high] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return `${middle?.toFixed(2)} [${low?.toFixed(2)}–${high?.toFixed(2)}]`;
}

function seconds(ms = 0): string {
  return (ms / 1000).toFixed(2);
}

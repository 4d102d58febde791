// What the agent costs when nothing happens: memory of all its processes, and CPU over a quiet minute.
// node_modules/.bin/node bench/footprint/main.ts [--seconds 60]         (as root: with all sensors)
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { createLocalClient } from '../../agent/cli/local-client.ts';
import { agentConfig } from '../../schema/config.ts';
import { Program } from '../durability/program.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const SECONDS = Number(values.seconds);
const BUDGET = { rss: 110, cpu: 0.2 };
/** By then it has done everything that it does once, ms. */
const SETTLED = 40_000;
/** Clock ticks in a second: sysconf(_SC_CLK_TCK) is 100 on every Linux that Node runs on. */
const TICKS = 100;

const root = join(import.meta.dirname, '..', '..');
const directory = mkdtempSync(join(tmpdir(), 'lifeguard-footprint-'));
const stateDir = join(directory, 'agent');
const agent = new Program(join(root, 'agent', 'daemon', 'main.ts'));
const central = new Program(join(root, 'central', 'server', 'main.ts'));
try {
  const listening = await central.expect('ready', {
    type: 'start',
    config: {
      stateDir: join(directory, 'central'),
      agents: { host: '127.0.0.1', port: 0, names: ['127.0.0.1'] },
      console: { host: '127.0.0.1', port: 0 },
    },
  });
  const config = { ...v.parse(agentConfig, {}), stateDir, central: { url: String(listening['agentUrl']) } };
  await agent.expect('ready', { type: 'start', config });
  const client = createLocalClient(stateDir);
  await client.enroll(String((await central.expect('token', { type: 'token' }))['token']));
  const { pid } = await client.status();
  await delay(SETTLED);
  const before = cpuSeconds(pid);
  const forked = forks();
  await delay(SECONDS * 1000);
  const cpu = ((cpuSeconds(pid) - before) / SECONDS) * 100;
  const forksPerSecond = (forks() - forked) / SECONDS;
  const processes = withDescendants(pid);
  const rss = sum(processes.map((one) => megabytes(`/proc/${one}/smaps_rollup`, 'Rss')));
  const pss = sum(processes.map((one) => megabytes(`/proc/${one}/smaps_rollup`, 'Pss')));
  console.log(`processes: ${processes.length}`);
  console.log(
    `memory: RSS ${rss.toFixed(1)} MB (${(rss / BUDGET.rss).toFixed(2)} of the budget), PSS ${pss.toFixed(1)} MB`,
  );
  console.log(
    `idle CPU over ${SECONDS} s: ${cpu.toFixed(2)} % (${(cpu / BUDGET.cpu).toFixed(2)} of the budget)`,
  );
  console.log(
    `meanwhile the machine started ${forksPerSecond.toFixed(1)} processes a second, each of which the agent sees`,
  );
  if (rss > BUDGET.rss || cpu > BUDGET.cpu) process.exitCode = 1;
} finally {
  await agent.kill('SIGTERM');
  await central.kill('SIGTERM');
  rmSync(directory, { recursive: true, force: true });
}

function megabytes(file: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(file, 'utf8'))?.[1]) / 1024;
}

/** User and system time of a process and of children that it has waited for. */
function cpuSeconds(pid: number): number {
  const fields = statOf(pid);
  return sum([11, 12, 13, 14].map((index) => Number(fields[index]))) / TICKS;
}

/** The fields of /proc/PID/stat after the name: the state is the first. */
function statOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
}

/** Processes and threads that the machine has started since boot. */
function forks(): number {
  return Number(/^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
}

function withDescendants(pid: number): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const children = pids.filter((one) => parentOf(one) === pid);
  return [pid, ...children.flatMap(withDescendants)];
}

function parentOf(pid: number): number {
  try {
    return Number(statOf(pid)[1]);
  } catch {
    return -1;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

// `lifeguard simulate`: harmless attacks on a temporary home, to prove that the agent on this machine is awake. Exit 0 only
// when everything that was performed passed.
import type { Command } from 'commander';
import { stateDirectory } from '../../../platform/state-directory.ts';
import { agentConfig } from '../../../schema/config.ts';
import type { Status } from '../../../schema/local.ts';
import { type Simulation, simulations } from '../../../simulations/index.ts';
import { loadConfiguration } from '../configuration.ts';
import { CommandFailure } from '../failure.ts';
import { createLocalClient, type LocalClient } from '../local-client.ts';
import { perform, type Performance } from '../simulate/performance.ts';
import { printPerformance } from '../simulate/print.ts';
import { progress, table } from '../terminal.ts';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
  readonly twin?: boolean;
}

export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .description('Run harmless attacks and say which were detected')
    .argument('[id...]', '`list`, `all`, or the simulations to run', ['list'])
    .option('--json', 'one JSON object a simulation')
    .option('--twin', 'run what looks alike and is benign: nothing of medium or above may be raised')
    .action(simulate);
}

async function simulate(words: readonly string[], options: Options): Promise<void> {
  if (words.length === 1 && words[0] === 'list') return list(options.json === true);
  const chosen = choose(words);
  const { stateDir } = loadConfiguration(options.config, agentConfig);
  const client = createLocalClient(stateDirectory({ configured: stateDir, client: true }));
  const told = new AbortController();
  const interrupt = (): void =>
    told.abort(new CommandFailure('interrupted; everything was removed', { exitCode: 130 }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  const status = await ready(client, told.signal);
  const seesConnections = isAble(status, 'see connect');
  const settings = { client, twin: options.twin === true, seesConnections, signal: told.signal };
  const line = progress();
  let failed = 0;
  for (const simulation of chosen) {
    line.say(`${simulation.id} …`);
    const done = await perform(simulation, settings).finally(() => line.clear());
    if (options.json) console.log(json(done));
    else await printPerformance(done, settings);
    if (!done.passed) failed++;
  }
  if (!options.json && chosen.length > 1) console.log(`${chosen.length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

function list(asJson: boolean): void {
  if (asJson) {
    for (const { id, title, description, expects } of simulations) {
      console.log(JSON.stringify({ id, title, description, expects }));
    }
  } else
    process.stdout.write(
      table(
        ['simulation', 'what it does'],
        simulations.map(({ id, title }) => [id, title]),
      ),
    );
}

function choose(words: readonly string[]): readonly Simulation[] {
  if (words.length === 1 && words[0] === 'all') return simulations;
  return [...new Set(words)].map((word) => {
    const found = simulations.find(({ id }) => id === word);
    if (found) return found;
    const known = simulations.map(({ id }) => id).join(', ');
    throw new CommandFailure(`no simulation is called ${JSON.stringify(word)}; there are ${known}, or all`, {
      exitCode: 2,
    });
  });
}

const MAX_START = 15_000;
const ASK_AGAIN = 200;

/** Resolves when the sensors are armed. Throws where this agent cannot see reads: then nothing could be detected. */
async function ready(client: LocalClient, signal: AbortSignal): Promise<Status> {
  const until = performance.now() + MAX_START;
  let status = await client.status();
  while (!status.ready && performance.now() < until) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
    status = await client.status();
  }
  const sight = status.capabilities.find(({ name }) => name === 'see secret read');
  if (sight && sight.state !== 'no') return status;
  const why = sight?.why ?? 'no sensor for secret files runs here';
  throw new CommandFailure(
    `the agent cannot see secrets being read on this machine: ${why}${sight?.remedy ? `; ${sight.remedy}` : ''}`,
  );
}

function isAble({ capabilities }: Status, prefix: string): boolean {
  return capabilities.some(({ name, state }) => name.startsWith(prefix) && state !== 'no');
}

function json({ simulation, expected, alerts, passed }: Performance): string {
  return JSON.stringify({
    id: simulation.id,
    expected,
    seen: [...new Set(alerts.map(({ rule }) => rule.id))],
    passed,
  });
}

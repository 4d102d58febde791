// `lifeguard doctor`: what the sensors proved that they can do here, and what to do about each gap. Exit 0 where nothing
// is wrong that a person could mend.
import type { Command } from 'commander';
import type { Capability } from '../../../schema/capability.ts';
import type { Status } from '../../../schema/local.ts';
import { agentHere } from '../agent-here.ts';
import { CommandFailure } from '../failure.ts';
import { LocalApiError } from '../local-client.ts';
import { type Cell, colour, printable, table } from '../terminal.ts';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
}

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Say what the sensors can do here, by self-test, and how to close each gap')
    .option('--json', 'one JSON document')
    .action(doctor);
}

async function doctor({ config, json }: Options): Promise<void> {
  const status = await agentHere(config).status().catch(explain);
  const { ready, capabilities, warnings, drops } = status;
  if (json) console.log(JSON.stringify({ ready, capabilities, warnings, drops }, null, 2));
  else process.stdout.write(describe(status));
  if (!ready || warnings.length > 0 || capabilities.some(({ state, remedy }) => state !== 'yes' && remedy))
    process.exitCode = 1;
}

function explain(error: unknown): never {
  if (!(error instanceof LocalApiError) || error.code !== 'E_NO_AGENT') throw error;
  throw new CommandFailure(
    `${error.message}. The self-test is the agent's: it needs the sensors that only a running agent has`,
    { cause: error },
  );
}

function describe({ ready, capabilities, warnings, drops }: Status): string {
  const rows = capabilities.map((capability): Cell[] => [
    capability.name,
    stateCell(capability),
    capability.collector,
    capability.why,
  ]);
  const remedies = capabilities.filter(({ state, remedy }) => state !== 'yes' && remedy);
  return [
    table(['capability', 'here', 'sensor', 'why'], rows),
    ...(ready
      ? []
      : [colour('yellow', 'The sensors are still being armed: this is not the whole picture yet.\n')]),
    ...remedies.map(({ name, remedy = '' }) => `${colour('cyan', printable(name))}: ${printable(remedy)}\n`),
    ...Object.entries(drops).map(
      ([cause, count]) => `${colour('red', 'lost')}: ${count} ${printable(cause)}\n`,
    ),
    ...warnings.map((line) => `${colour('yellow', 'warning')}: ${printable(line)}\n`),
  ].join('');
}

function stateCell({ state }: Capability): Cell {
  const colours = { yes: 'green', degraded: 'yellow', no: 'red' } as const;
  return [state, colours[state]];
}

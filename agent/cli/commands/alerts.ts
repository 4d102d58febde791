// `lifeguard alerts`: what was found on this machine. A person sees what their own processes did, root sees all.
import type { Command } from 'commander';
import type { Alert } from '../../../schema/alert.ts';
import type { Level } from '../../../schema/primitives.ts';
import { agentHere } from '../agent-here.ts';
import { CommandFailure } from '../failure.ts';
import { type Cell, type Colour, colour, printable, table } from '../terminal.ts';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly since?: string;
}

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export function registerAlerts(program: Command): void {
  program
    .command('alerts')
    .description('Print the alerts of this machine')
    .option('--json', 'one JSON object a line')
    .option('--follow', 'go on with each new alert until Ctrl-C')
    .option('--since <time>', 'not older than this: 10m, 2h, 1d, or an ISO time')
    .action(alerts);
}

async function alerts({ config, json, follow, since }: Options): Promise<void> {
  const client = agentHere(config);
  const end = new AbortController();
  process.once('SIGINT', () => end.abort());
  const found = client.alerts({
    ...(since !== undefined && { since: parseSince(since) }),
    ...(follow && { follow, signal: end.signal }),
  });
  if (json) for await (const alert of found) console.log(JSON.stringify(alert));
  else if (follow) for await (const alert of found) console.log(line(alert));
  else await printTable(found);
}

/** An ISO time with milliseconds. Throws a CommandFailure for what is neither a time nor a span. */
export function parseSince(text: string, now: number = Date.now()): string {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  // Date.parse takes almost anything for a date: `10` is October 2001.
  const iso = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  const at = unit === undefined ? iso : now - Number(count) * units[unit as keyof typeof units];
  if (Number.isNaN(at) || Math.abs(at) > 8.64e15)
    throw new CommandFailure(`--since ${text}: write 30s, 10m, 2h, 1d or an ISO time`, { exitCode: 2 });
  return new Date(at).toISOString();
}

async function printTable(found: AsyncIterable<Alert>): Promise<void> {
  const rows: Cell[][] = [];
  for await (const { time, level, summary, response } of found)
    rows.push([local(time), [level, colours[level]], response.action, summary]);
  if (rows.length === 0) console.log('No alerts.');
  else process.stdout.write(table(['time', 'level', 'response', 'what happened'], rows));
}

function line({ time, level, summary, response }: Alert): string {
  const told = response.action === 'observed' ? '' : colour('green', ` [${response.action}]`);
  return `${local(time)} ${colour(colours[level], level.padEnd(8))} ${printable(summary)}${told}`;
}

/** `2026-11-23 14:05:09` in local time. */
function local(time: string): string {
  return new Date(time).toLocaleString('sv-SE');
}

const colours = {
  informational: 'dim',
  low: 'cyan',
  medium: 'yellow',
  high: 'red',
  critical: 'magenta',
} as const satisfies Record<Level, Colour>;

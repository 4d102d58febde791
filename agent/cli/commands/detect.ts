// `lifeguard detect`: recorded events through the rules. Exit 0 when the recording was read to its end, whatever was
// found and even where single lines or rules were broken (they are told on stderr); 1 when nothing could be done.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type Command, Option } from 'commander';
import { formats, type Format } from '../../../rules/replay/formats.ts';
import { loadReplay, type Replay } from '../../../rules/replay/replay.ts';
import { CommandFailure } from '../failure.ts';
import { printable, table } from '../terminal.ts';

interface Options {
  readonly rules: string[];
  readonly events: string;
  readonly format: Format;
  readonly stats?: boolean;
}

export function registerDetect(program: Command): void {
  program
    .command('detect')
    .description('Replay recorded events through the rules, one match a line as JSON')
    .requiredOption('--rules <path>', 'a rule file or a directory of rules; may be given again', collect, [])
    .requiredOption('--events <file>', 'recorded events, one JSON object a line; - is the standard input')
    .addOption(new Option('--format <format>', 'shape of the events').choices(formats).default('native'))
    .option('--stats', 'tell on stderr how many events were read and what each rule cost')
    .action(detect);
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

async function detect({ rules, events, format, stats }: Options): Promise<void> {
  await mustExist(rules);
  const replay = await loadReplay(rules, stats ? () => performance.now() : undefined);
  reportProblems(replay);
  const start = performance.now();
  for await (const found of replay.run(await open(events), format)) {
    if ('reason' in found) console.error(`${name(events)}:${found.line}: ${printable(found.reason)}`);
    else if (!process.stdout.write(`${JSON.stringify(found)}\n`)) await drained();
  }
  const { events: read = 0, broken = 0 } = replay.counters();
  if (stats) printStats(replay, performance.now() - start);
  if (read === 0 && broken > 0)
    throw new CommandFailure(`no line of ${name(events)} is an event of the format ${format}`);
}

async function mustExist(paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await stat(path).catch((cause: unknown) => {
      throw new CommandFailure(`no rules at ${path}`, { cause });
    });
}

function reportProblems(replay: Replay): void {
  const errors = replay.problems.filter(({ severity }) => severity === 'error');
  for (const { file, line, column, code, message } of errors)
    console.error(printable(`${file}:${line}:${column}: ${message} (${code})`));
  if (replay.rules > 0) return;
  throw new CommandFailure(
    errors.length > 0 ? 'every rule is broken; see the lines above' : 'there are no rules',
  );
}

async function open(path: string): Promise<Readable> {
  if (path === '-') return process.stdin;
  const found = await stat(path).catch((cause: unknown) => {
    throw new CommandFailure(`no events at ${path}`, { cause });
  });
  if (found.isDirectory()) throw new CommandFailure(`${path} is a directory, expected a file of events`);
  return createReadStream(path);
}

function name(path: string): string {
  return path === '-' ? 'stdin' : path;
}

function drained(): Promise<void> {
  return new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** Rules that took longest; beyond these the table tells nothing. */
const SLOWEST = 20;

function printStats(replay: Replay, milliseconds: number): void {
  const { events = 0, broken = 0, ...counters } = replay.counters();
  const rate = milliseconds > 0 ? Math.round((events / milliseconds) * 1000) : 0;
  const rows = replay
    .costs()
    .slice(0, SLOWEST)
    .map((cost) => [
      cost.milliseconds.toFixed(2),
      String(cost.evaluated),
      String(cost.matched),
      cost.ruleId,
      cost.title,
    ]);
  process.stderr.write(table(['ms', 'evaluated', 'matched', 'rule', 'title'], rows, process.stderr));
  console.error(`${replay.rules} rules, ${events} events (${broken} broken lines), ${rate} events/s`);
  for (const [cause, count] of Object.entries(counters)) if (count > 0) console.error(`${cause}: ${count}`);
}

// `lifeguard intel`: works on the state directory, with or without an agent. A running agent uses what was imported at once.
import { join } from 'node:path';
import type { Command } from 'commander';
import { stateDirectory } from '../../../platform/state-directory.ts';
import { type ImportResult, type Intel, openIntel } from '../../../rules/intel/index.ts';
import { agentConfig } from '../../../schema/config.ts';
import { loadConfiguration } from '../configuration.ts';
import { CommandFailure } from '../failure.ts';
import { colour, printable, progress, table } from '../terminal.ts';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
}

export function registerIntel(program: Command): void {
  const intel = program.command('intel').description('Load and show what is known of malicious packages');
  intel
    .command('import')
    .description('Load OSV records of malicious packages; exit 1 when a file could not be loaded')
    .argument('<file...>', 'one record (.json), one a line (.jsonl), or an archive of records (.zip)')
    .option('--json', 'one JSON object a file')
    .action(importFiles);
  intel
    .command('status')
    .description('Say how many records there are, from whom, and when they came')
    .option('--json', 'one JSON document')
    .action(status);
}

async function importFiles(files: readonly string[], options: Options): Promise<void> {
  const intel = open(options);
  const line = progress();
  try {
    const results = await intel.importFiles(files, ({ file, share, records }) =>
      line.say(`${file}: ${Math.floor(share * 100)} %, ${number(records)} records`),
    );
    line.clear();
    for (const result of results) print(result, options.json === true);
    if (!options.json) console.log(total(intel));
    if (results.some(({ failure }) => failure)) process.exitCode = 1;
  } finally {
    line.clear();
    intel.close();
  }
}

function print(result: ImportResult, json: boolean): void {
  const { file, failure, imported, withdrawn, outdated, skipped } = result;
  const error = failure && { code: failure.code, message: failure.message };
  if (json) {
    console.log(JSON.stringify({ file, imported, withdrawn, outdated, skipped, ...(error && { error }) }));
    return;
  }
  if (failure) {
    console.error(`${colour('red', 'failed', process.stderr)} ${printable(failure.message)}`);
    return;
  }
  const others = { withdrawn, 'older than what is here': outdated, ...skipped };
  const rest = Object.entries(others).flatMap(([cause, count]) =>
    count > 0 ? [`${number(count)} ${cause}`] : [],
  );
  const more = rest.length > 0 ? `; not counted: ${rest.join(', ')}` : '';
  console.log(`${printable(file)}: ${number(imported)} records${more}`);
}

function status(options: Options): void {
  const intel = open(options);
  try {
    const found = intel.status();
    if (options.json) console.log(JSON.stringify(found));
    else {
      console.log(total(intel));
      if (found.records === 0) console.log('Load some with: lifeguard intel import FILE');
      const sources = Object.entries(found.sources).map(([source, records]) => [source, number(records)]);
      if (sources.length > 0) process.stdout.write(`\n${table(['source', 'records'], sources)}`);
      const imports = found.imports.map(({ time, file, records }) => [time, number(records), file]);
      if (imports.length > 0) process.stdout.write(`\n${table(['imported', 'records', 'file'], imports)}`);
    }
  } finally {
    intel.close();
  }
}

function open({ config }: Options): Intel {
  const { stateDir } = loadConfiguration(config, agentConfig);
  try {
    return openIntel(join(stateDirectory({ configured: stateDir }), 'intel.db'));
  } catch (cause) {
    throw new CommandFailure((cause as Error).message, { cause });
  }
}

function total(intel: Intel): string {
  const { records, packages } = intel.status();
  return `${number(records)} records on ${number(packages)} packages`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

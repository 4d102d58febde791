// What it costs to watch one real `npm ci`: the collector, which watches the index, against chokidar below node_modules.
// node_modules/.bin/node bench/watch/main.ts [--rounds 3]
// Ratios are recursive / index of the same round; exit 1 where a lockfile of 2,000 packages takes more than 200 ms.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { prepareProject } from '../npm-ci/project.ts';
import type { Project } from '../npm-ci/project.ts';
import { readLockfiles } from './lockfile.ts';
import type { Figures } from './watcher.ts';

/** Both ways have told everything by then, ms. */
const QUIET = 3000;
const LOCKFILE_LIMIT = 200;

interface Round extends Figures {
  readonly installMs: number;
  /** From the end of `npm ci`; negative: before it ended. */
  readonly firstAfterMs: number;
  readonly lastAfterMs: number;
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const directory = await realpath(await mkdtemp(join(tmpdir(), 'lifeguard-bench-watch-')));
try {
  const readings = readLockfiles();
  for (const { dialect, kilobytes, coldMs, warmMs } of readings) {
    console.log(
      `${dialect.padEnd(7)} 2,000 packages, ${kilobytes.toFixed(0)} KB: ${coldMs.toFixed(0)} ms cold, ${warmMs.toFixed(0)} ms warm`,
    );
  }
  if (readings.some(({ coldMs }) => coldMs > LOCKFILE_LIMIT)) process.exitCode = 1;
  const project = await prepareProject(directory);
  console.log(`${project.packages} packages in the lockfile; load ${loadavg()[0]?.toFixed(1)}`);
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    const index = await measure('index', project);
    const recursive = await measure('recursive', project);
    print(round, index, recursive);
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** The watcher starts before node_modules is there, as it would on a laptop. */
async function measure(way: 'index' | 'recursive', project: Project): Promise<Round> {
  await rm(join(project.directory, 'node_modules'), { recursive: true, force: true });
  const script = join(import.meta.dirname, 'watcher.ts');
  const child = fork(script, [way, project.directory], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
  });
  try {
    await once(child, 'message');
    const installMs = await project.install();
    const ended = Date.now();
    await delay(QUIET);
    const figures = await ask(child);
    return { ...figures, installMs, firstAfterMs: figures.first - ended, lastAfterMs: figures.last - ended };
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

async function ask(child: ChildProcess): Promise<Figures> {
  child.send('report');
  const [figures] = (await once(child, 'message')) as [Figures];
  return figures;
}

function print(round: number, index: Round, recursive: Round): void {
  const rows: [string, (round: Round) => number][] = [
    ['inotify watches', ({ watches }) => watches],
    ['RSS added, MiB', ({ rssMiB }) => rssMiB],
    ['RSS added at most, MiB', ({ peakRssMiB }) => peakRssMiB],
    ['CPU, ms', ({ cpuMs }) => cpuMs],
    ['events', ({ events }) => events],
    ['npm ci, ms', ({ installMs }) => installMs],
  ];
  console.log(
    `round ${round}`.padEnd(26),
    'index'.padStart(9),
    'recursive'.padStart(10),
    'ratio'.padStart(8),
  );
  for (const [name, of] of rows) {
    const [a, b] = [of(index), of(recursive)];
    console.log(
      name.padEnd(26),
      a.toFixed(0).padStart(9),
      b.toFixed(0).padStart(10),
      (b / a).toFixed(1).padStart(8),
    );
  }
  console.log(
    `index: first event ${index.firstAfterMs} ms after npm ci ended, all within ${index.lastAfterMs} ms`,
  );
}

// Where a simulation is performed: a temporary home with decoys, a project beside it, a listener on this machine. All of it
// is gone afterwards, whatever happened.
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runChild } from './child.ts';
import { placeDecoys } from './decoys.ts';
import { StageError } from './error.ts';
import { findPrograms, npmInstall, type Programs } from './npm.ts';
import { openSink, type Sink } from './sink.ts';
import { tarball } from './tarball.ts';

/** Part of every stage's name. The performed programs refuse to read below a home without it. */
const MARK = 'lifeguard-simulation-';

export interface Stage {
  /** Names this performance: everything that happens in it has this path in it. */
  readonly directory: string;
  readonly home: string;
  readonly project: string;
  readonly sink: Sink;
  /** Installs a package made of the files of `source` into the project, with its scripts. */
  install(source: string): Promise<void>;
  /** Writes a file of the project. */
  write(name: string, content: string): void;
  /** Adds a line to a file of the home. */
  append(name: string, line: string): void;
  /** Runs a script of the project, with the Node of this machine. */
  node(script: string): Promise<void>;
  /** Ends what still runs and removes everything. Never rejects. */
  close(): Promise<void>;
}

/** `signal` ends what is running. Rejects with `StageError` where there is no npm or no temporary directory. */
export async function openStage(signal: AbortSignal): Promise<Stage> {
  const programs = findPrograms();
  const directory = makeDirectory();
  const home = join(directory, 'home');
  const project = join(directory, 'project');
  for (const path of [home, project]) mkdirSync(path, { mode: 0o700 });
  placeDecoys(home);
  writeFileSync(
    join(project, 'package.json'),
    '{ "name": "simulated-project", "version": "1.0.0", "private": true }\n',
  );
  const sink = await openSink();
  const env = environment(programs, directory, home, sink);
  const options = { directory: project, env, signal };
  return {
    directory,
    home,
    project,
    sink,
    async install(source) {
      const file = join(directory, `${basename(source)}.tgz`);
      writeFileSync(file, tarball(source));
      await npmInstall(programs.npm, file, options);
    },
    append: (name, line) => appendFileSync(join(home, name), `${line}\n`, { mode: 0o600 }),
    write: (name, content) => writeFileSync(join(project, name), content),
    async node(script) {
      await runChild(programs.node, [script], options);
    },
    async close() {
      await sink.close();
      if (!basename(directory).startsWith(MARK)) return;
      await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }).catch(() => {});
    },
  };
}

function makeDirectory(): string {
  try {
    return mkdtempSync(join(realpathSync(tmpdir()), MARK));
  } catch (error) {
    throw new StageError(
      'E_STAGE',
      `no temporary directory can be made in ${tmpdir()}: ${(error as Error).message}`,
      error,
    );
  }
}

/** Nothing of the caller's environment but what programs need to start: no tokens, no settings of npm or Node. */
function environment(programs: Programs, directory: string, home: string, sink: Sink): NodeJS.ProcessEnv {
  const { LANG, SystemRoot, ComSpec, PATHEXT } = process.env;
  const given = { LANG, SystemRoot, ComSpec, PATHEXT };
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    ...present,
    PATH: programs.path,
    HOME: home,
    USERPROFILE: home,
    TMPDIR: directory,
    npm_config_cache: join(directory, 'npm-cache'),
    npm_config_update_notifier: 'false',
    LIFEGUARD_SINK_ADDRESS: sink.address,
    LIFEGUARD_SINK_PORT: String(sink.port),
  };
}

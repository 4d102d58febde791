// The npm of this machine, and how to make it run a dependency's scripts.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { system } from '../../platform/system.ts';
import { type ChildOptions, runChild } from './child.ts';
import { StageError } from './error.ts';

/** A later npm runs no scripts of dependencies without it; an earlier one does not know it. */
const ALLOW = 'dangerously-allow-all-scripts';

export interface Programs {
  readonly npm: string;
  readonly node: string;
  /** What children search: without the directories of a project's own tools, where another `node` may lie. */
  readonly path: string;
}

/** Throws E_NO_NPM where PATH leads to no npm. */
export function findPrograms(path: string = process.env['PATH'] ?? ''): Programs {
  const own = path
    .split(delimiter)
    .filter((directory) => directory !== '' && !/[\\/]node_modules[\\/]/.test(`${directory}/`));
  for (const directories of [own, path.split(delimiter)]) {
    const npm = find('npm', directories);
    const node = find('node', directories);
    if (npm !== undefined && node !== undefined) return { npm, node, path: directories.join(delimiter) };
  }
  throw new StageError(
    'E_NO_NPM',
    'npm was not found on PATH: this simulation makes a real npm install, so install Node.js with npm first',
  );
}

function find(name: string, directories: readonly string[]): string | undefined {
  const endings = system === 'win32' ? ['.cmd', '.exe'] : [''];
  return directories
    .flatMap((directory) => endings.map((ending) => join(directory, name + ending)))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A real `npm install` of a tarball: scripts run, nothing is asked of any registry. */
export async function npmInstall(npm: string, file: string, options: ChildOptions): Promise<void> {
  const known = await runChild(npm, ['config', 'get', ALLOW], options);
  const allow = known.trim() === 'undefined' ? [] : [`--${ALLOW}`];
  const words = [
    'install',
    file,
    '--ignore-scripts=false',
    ...allow,
    '--offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  await runChild(npm, words, options);
}

// package.json as it lies on disk: of a project (what it asks for) and of an installed package (what it would run).
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { truncate } from '../../schema/primitives.ts';
import { isFields, LockfileError, pairs, textField } from './lockfiles/lockfile.ts';
import type { Fields, Wanted } from './lockfiles/lockfile.ts';
import { readJson } from './lockfiles/json.ts';
import { readText, ReadError } from './read.ts';

/** The largest on the registry are about half of this. */
const MAX_MANIFEST = 1024 * 1024;
const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
/** What a package manager runs by itself on install or removal, in the order in which it does. */
const LIFECYCLE = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
  'preuninstall',
  'uninstall',
  'postuninstall',
] as const;

export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** Lifecycle script → command line. */
  readonly scripts: Readonly<Record<string, string>>;
}

/** The manifest in `directory`, undefined where there is none or it cannot be read or parsed. */
export async function readManifest(directory: string): Promise<Manifest | undefined> {
  const fields = await readFields(directory);
  if (!fields) return undefined;
  const scripts: Record<string, string> = {};
  for (const [name, command] of pairs(fields, 'scripts')) {
    if ((LIFECYCLE as readonly string[]).includes(name)) scripts[name] = truncate(command);
  }
  return { name: textField(fields, 'name'), version: textField(fields, 'version'), scripts };
}

/** With the `node-gyp rebuild` that npm runs where there is a binding.gyp and no install script. */
export async function withImplied(
  directory: string,
  scripts: Manifest['scripts'],
): Promise<Manifest['scripts']> {
  if (scripts['install'] || scripts['preinstall'] || !(await exists(join(directory, 'binding.gyp'))))
    return scripts;
  return { ...scripts, install: 'node-gyp rebuild' };
}

/** What the project in `directory` asks for; empty where its package.json cannot be read. */
export async function readWanted(directory: string): Promise<Wanted> {
  const fields = await readFields(directory);
  return new Map(fields ? KINDS.flatMap((kind) => [...pairs(fields, kind)]) : []);
}

async function readFields(directory: string): Promise<Fields | undefined> {
  try {
    const text = await readText(join(directory, 'package.json'), MAX_MANIFEST);
    const value = text === undefined ? undefined : readJson(text);
    return isFields(value) ? value : undefined;
  } catch (error) {
    if (error instanceof ReadError || error instanceof LockfileError) return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

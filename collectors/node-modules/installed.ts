// What a project has installed, read from the one index that its package manager keeps; where nothing is installed yet,
// what its lockfile asks for.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_LOCKFILE } from './lockfiles/lockfile.ts';
import type { Lockfile } from './lockfiles/lockfile.ts';
import { parseBunLock } from './lockfiles/bun.ts';
import { parseNpmLock } from './lockfiles/npm.ts';
import { parsePnpmLock } from './lockfiles/pnpm.ts';
import { parseYarnBerryLock } from './lockfiles/yarn-berry.ts';
import { isInstalled, parseYarnClassicLock } from './lockfiles/yarn-classic.ts';
import { placeByWalking, placeHoisted, placeInStore, placeWhereListed } from './layout.ts';
import { readWanted } from './manifest.ts';
import { readText } from './read.ts';

/** Files directly in a project of which a change may mean another package set. */
export const LOCKFILES = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
] as const;

type Reader = (root: string, index: string) => Promise<Lockfile | undefined>;

/** Written at the end of an install, relative to the project, with how to read what it stands for. */
const INDEXES: readonly (readonly [string, Reader])[] = [
  ['node_modules/.package-lock.json', (root, index) => npm(root, index)],
  ['node_modules/.pnpm/lock.yaml', pnpm],
  ['node_modules/.yarn-state.yml', berry],
  ['.pnp.cjs', berry],
  ['node_modules/.yarn-integrity', classic],
];

/** Every file whose change makes us look again, relative to the project. */
export const INDEX_FILES: readonly string[] = [
  'package.json',
  ...LOCKFILES,
  ...INDEXES.map(([path]) => path),
  'node_modules/.modules.yaml',
];

export interface Found {
  readonly state: 'installed' | 'locked';
  readonly lockfile: Lockfile;
}

/**
 * The packages of the project in `root`, from the index that was written last; undefined where there is none to read.
 * @throws LockfileError, ReadError
 */
export async function readInstalled(root: string): Promise<Found | undefined> {
  const written = await Promise.all(
    INDEXES.map(async ([path, read]) => ({ path, read, time: await mtime(join(root, path)) })),
  );
  const newest = written.filter(({ time }) => time > 0).sort((a, b) => b.time - a.time);
  for (const { path, read } of newest) {
    const lockfile = await read(root, join(root, path));
    if (lockfile) return { state: 'installed', lockfile };
  }
  // bun writes no index of its own; its lockfile and a node_modules stand for one.
  const bun = (await mtime(join(root, 'node_modules'))) > 0 ? await bunInstalled(root) : undefined;
  if (bun) return { state: 'installed', lockfile: bun };
  const lockfile = await readLocked(root);
  return lockfile && { state: 'locked', lockfile };
}

async function readLocked(root: string): Promise<Lockfile | undefined> {
  for (const name of ['npm-shrinkwrap.json', 'package-lock.json']) {
    const found = await npm(root, join(root, name));
    if (found) return found;
  }
  const pnpmText = await readText(join(root, 'pnpm-lock.yaml'), MAX_LOCKFILE);
  if (pnpmText !== undefined) return parsePnpmLock(pnpmText);
  const yarnText = await readText(join(root, 'yarn.lock'), MAX_LOCKFILE);
  if (yarnText !== undefined) {
    return isBerry(yarnText)
      ? parseYarnBerryLock(yarnText)
      : parseYarnClassicLock(yarnText, await readWanted(root));
  }
  const bunText = await readText(join(root, 'bun.lock'), MAX_LOCKFILE);
  return bunText === undefined ? undefined : parseBunLock(bunText);
}

async function npm(root: string, path: string): Promise<Lockfile | undefined> {
  const text = await readText(path, MAX_LOCKFILE);
  return text === undefined ? undefined : parseNpmLock(text, await readWanted(root));
}

async function pnpm(root: string, index: string): Promise<Lockfile | undefined> {
  const text = await readText(index, MAX_LOCKFILE);
  if (text === undefined) return undefined;
  const lockfile = parsePnpmLock(text);
  const modules = await readText(join(root, 'node_modules', '.modules.yaml'), MAX_LOCKFILE);
  return placeHoisted(modules ?? '', lockfile) ?? placeInStore(root, '.pnpm', lockfile);
}

async function berry(root: string): Promise<Lockfile | undefined> {
  const text = await readText(join(root, 'yarn.lock'), MAX_LOCKFILE);
  if (text === undefined || !isBerry(text)) return undefined;
  return parseYarnBerryLock(
    text,
    await readText(join(root, 'node_modules', '.yarn-state.yml'), MAX_LOCKFILE),
  );
}

async function classic(root: string, index: string): Promise<Lockfile | undefined> {
  const text = await readText(join(root, 'yarn.lock'), MAX_LOCKFILE);
  const integrity = await readText(index, MAX_LOCKFILE);
  if (text === undefined || integrity === undefined || isBerry(text) || !isInstalled(text, integrity))
    return undefined;
  return placeByWalking(root, parseYarnClassicLock(text, await readWanted(root)));
}

async function bunInstalled(root: string): Promise<Lockfile | undefined> {
  const text = await readText(join(root, 'bun.lock'), MAX_LOCKFILE);
  if (text === undefined) return undefined;
  const lockfile = parseBunLock(text);
  const isolated = (await mtime(join(root, 'node_modules', '.bun'))) > 0;
  return isolated ? placeInStore(root, '.bun', lockfile) : placeWhereListed(root, lockfile);
}

function isBerry(text: string): boolean {
  return text.slice(0, 4096).includes('\n__metadata:');
}

async function mtime(path: string): Promise<number> {
  return lstat(path).then(
    (stats) => stats.mtimeMs,
    () => 0,
  );
}

// Finds projects that were there before the agent: a shallow, bounded look for lockfiles below the homes.
import { readdir } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { dirname, join } from 'node:path';
import { lstat } from 'node:fs/promises';
import { INDEX_FILES, LOCKFILES } from './installed.ts';

const MAX_DEPTH = 4;
const MAX_DIRECTORIES = 5_000;
const MAX_ENTRIES = 10_000;
/** Pause after so many directories, so that the scan never holds the loop or the disk for long. */
const SLICE = 25;
const PAUSE = 5;
/** Directories that hold many others and no projects. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'Library',
  'AppData',
  'snap',
]);
const MAX_UP = 8;

export interface Scan {
  readonly projects: readonly string[];
  /** False when a bound ended it: there may be more. */
  readonly complete: boolean;
  readonly unreadable: number;
}

/** Projects at most four levels below `homes`, nearest first. Links and dot-directories are not entered. */
export async function discoverProjects(homes: readonly string[], signal: AbortSignal): Promise<Scan> {
  const projects: string[] = [];
  const queue = homes.map((path) => ({ path, depth: 0 }));
  let unreadable = 0;
  let visited = 0;
  for (const { path, depth } of queue) {
    if (signal.aborted || visited >= MAX_DIRECTORIES) return { projects, complete: false, unreadable };
    visited += 1;
    if (visited % SLICE === 0) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const entries = await list(path);
    if (!entries) unreadable += 1;
    else if (isProject(entries)) projects.push(path);
    if (depth >= MAX_DEPTH) continue;
    for (const entry of entries ?? []) {
      if (queue.length < MAX_DIRECTORIES * 4 && entry.isDirectory() && !isPassedOver(entry.name)) {
        queue.push({ path: join(path, entry.name), depth: depth + 1 });
      }
    }
  }
  return { projects, complete: true, unreadable };
}

/**
 * The project that a package manager started in `directory` works on: the nearest directory upwards with an index or a
 * lockfile, else the nearest with a package.json, else undefined. `homes` themselves are looked at, nothing above them.
 */
export async function projectAbove(directory: string, homes: readonly string[]): Promise<string | undefined> {
  let manifest: string | undefined;
  let at = directory;
  for (let up = 0; up < MAX_UP; up += 1) {
    const present = await Promise.all(
      INDEX_FILES.map(async (file) => ((await isFile(join(at, file))) ? file : undefined)),
    );
    const files = present.filter((file) => file !== undefined);
    if (files.some((file) => file !== 'package.json')) return at;
    if (files.length > 0) manifest ??= at;
    const parent = dirname(at);
    if (parent === at || homes.includes(at)) break;
    at = parent;
  }
  return manifest;
}

function isProject(entries: readonly Dirent[]): boolean {
  const names = new Set(entries.map(({ name }) => name));
  return (
    LOCKFILES.some((name) => names.has(name)) || (names.has('package.json') && names.has('node_modules'))
  );
}

function isPassedOver(name: string): boolean {
  return name.startsWith('.') || PASSED_OVER.has(name);
}

async function list(path: string): Promise<Dirent[] | undefined> {
  try {
    return (await readdir(path, { withFileTypes: true })).slice(0, MAX_ENTRIES);
  } catch {
    return undefined;
  }
}

async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

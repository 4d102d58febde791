import { lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { homeCandidates as darwin } from './darwin/homes.ts';
import { homeCandidates as linux } from './linux/homes.ts';
import { system } from './system.ts';
import { homeCandidates as win32 } from './win32/homes.ts';

/** More people than this do not share a workstation; a directory with more entries is no directory of homes. */
const MAX_HOMES = 256;

const candidates = { linux, darwin, win32, other: () => [] } as const satisfies Record<
  string,
  () => string[]
>;

/** Home directories of the people (and of root) on this machine: absolute, existing, without duplicates, at most 256. */
export function homeDirectories(): string[] {
  const found = new Set<string>();
  for (const home of [homedir(), ...candidates[system]()]) {
    if (found.size < MAX_HOMES && isHome(home)) found.add(home);
  }
  return [...found];
}

/** A link is not a home of its own: what it points at is on the list itself, or nobody's. */
function isHome(path: string): boolean {
  try {
    return path !== '/' && lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

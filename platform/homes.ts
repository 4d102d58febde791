import { realpathSync, statSync } from 'node:fs';
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

/** Home directories of the people (and of root) on this machine: absolute, existing, each under one name, at most 256. */
export function homeDirectories(): string[] {
  const found = new Map<string, string>();
  for (const home of [homedir(), ...candidates[system]()]) {
    const real = realDirectory(home);
    if (real !== undefined && real !== '/' && !found.has(real) && found.size < MAX_HOMES)
      found.set(real, home);
  }
  return [...found.values()];
}

function realDirectory(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? realpathSync(path) : undefined;
  } catch {
    return undefined;
  }
}

// One project: the package set that we know, and what is different when we look again.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageManager } from '../../schema/process.ts';
import { byIdentity, diff, identityOf, otherContent } from './diff.ts';
import type { Change } from './diff.ts';
import { readInstalled } from './installed.ts';
import type { Lockfile, LockedPackage } from './lockfiles/lockfile.ts';
import { Table } from './table.ts';
import type { Row } from './table.ts';

const WIDTH = 16;

export interface Project {
  /** Absolute path. */
  readonly root: string;
  manager: PackageManager | undefined;
  /** What is installed; undefined until it was seen once. */
  installed: Table | undefined;
  /** What its lockfile asks for, while nothing is installed. */
  locked: Table | undefined;
}

export function createProject(root: string): Project {
  return { root, manager: undefined, installed: undefined, locked: undefined };
}

/** What is known of the project's packages, from the best source there is. */
export function tableOf(project: Project): Table | undefined {
  return project.installed ?? project.locked;
}

/**
 * Reads the project again and says what changed, in no particular order. The first look is a baseline: only packages
 * whose directories were made after `armedAt` (ms since 1970) count as added.
 * A project without an index keeps what was known: `npm ci` removes everything and puts it back,
 * and a lockfile that was pulled says nothing about what is installed.
 * @throws LockfileError, ReadError
 */
export async function look(project: Project, now: number, armedAt: number): Promise<Change[]> {
  const found = await readInstalled(project.root);
  if (!found || (found.state === 'locked' && project.installed)) return [];
  project.manager = found.lockfile.manager;
  if (found.state === 'locked') {
    project.locked = Table.of(found.lockfile, () => 0);
    return [];
  }
  const before = project.installed;
  const after = before
    ? Table.of(found.lockfile, since(before, now))
    : Table.of(found.lockfile, await births(project.root, found.lockfile));
  project.installed = after;
  project.locked = undefined;
  return before ? diff(before, after) : firstSight(after, armedAt);
}

function firstSight(table: Table, armedAt: number): Change[] {
  const from = Math.floor(armedAt / 1000);
  return [...byIdentity(table).values()].flatMap((row: Row) =>
    row.changed >= from ? [{ action: 'added' as const, row }] : [],
  );
}

/** What was here keeps its time, what is new or has other content came now. */
function since(before: Table, now: number): (one: LockedPackage) => number {
  const old = byIdentity(before);
  const seconds = Math.floor(now / 1000);
  return (one) => {
    const was = old.get(identityOf(one));
    return was && !otherContent(was, one) ? was.changed : seconds;
  };
}

/** When each package's directory was made, seconds since 1970: times that a package can set itself are not asked. */
async function births(root: string, lockfile: Lockfile): Promise<(one: LockedPackage) => number> {
  const seconds = new Map<string, number>();
  const directories = [
    ...new Set([...lockfile.packages.values()].map(({ directory }) => directory || '.pnp.cjs')),
  ];
  for (let at = 0; at < directories.length; at += WIDTH) {
    await Promise.all(
      directories.slice(at, at + WIDTH).map(async (directory) => {
        const stats = await lstat(join(root, directory)).catch(() => undefined);
        if (stats) seconds.set(directory, Math.floor((stats.birthtimeMs || stats.ctimeMs) / 1000));
      }),
    );
  }
  return (one) => seconds.get(one.directory || '.pnp.cjs') ?? 0;
}

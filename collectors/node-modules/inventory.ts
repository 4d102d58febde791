// Questions about what a project has installed: of what the collector holds in memory, or read once for a command.
import { join, relative, sep } from 'node:path';
import { createProject, look, tableOf } from './project.ts';
import { npmPurl } from './purl.ts';
import type { Source } from './lockfiles/lockfile.ts';
import { tail } from './table.ts';
import type { Row, Table } from './table.ts';

/** A package as a project has it installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** Absolute; the project itself for one that lies in an archive (Plug'n'Play). */
  readonly directory: string;
  /** As the lockfile has it: `sha512-…`, yarn's `10c0/…`; '' where it has none. */
  readonly integrity: string;
  readonly source: Source;
  /** When it came or changed, ms since 1970, to the second; 0 when not known. */
  readonly changedAt: number;
  /** From the project's direct dependency to this package: `name@version`. */
  readonly dependencyPath: readonly string[];
}

export interface Inventory {
  readonly project: string;
  readonly manager: string | undefined;
  packages(): Generator<InstalledPackage>;
  /** The package in this absolute directory; `version` decides where only the name is known (yarn 1, virtual stores). */
  find(packageDirectory: string, version?: string): InstalledPackage | undefined;
  /** Came or changed at `sinceMs` (ms since 1970) or later, newest first. */
  recentlyChanged(sinceMs: number): InstalledPackage[];
}

/**
 * Reads what the project in `projectDirectory` has installed, or, where nothing is, what its lockfile asks for.
 * Undefined where there is neither.
 * @throws LockfileError, ReadError with a stable `code`
 */
export async function readInventory(projectDirectory: string): Promise<Inventory | undefined> {
  const project = createProject(projectDirectory);
  await look(project, Date.now(), Number.POSITIVE_INFINITY);
  const table = tableOf(project);
  return table && inventoryOf(projectDirectory, project.manager, table);
}

export function inventoryOf(project: string, manager: string | undefined, table: Table): Inventory {
  const describe = (row: Row): InstalledPackage => describeRow(project, table, row);
  return {
    project,
    manager,
    *packages() {
      for (const row of table.rows()) yield describe(row);
    },
    find(packageDirectory, version) {
      const row = findRow(project, table, packageDirectory, version);
      return row && describe(row);
    },
    recentlyChanged(sinceMs) {
      const rows = [...table.rows()].filter(({ changed }) => changed > 0 && changed * 1000 >= sinceMs - 999);
      return rows.sort((a, b) => b.changed - a.changed).map(describe);
    },
  };
}

export function describeRow(project: string, table: Table, row: Row): InstalledPackage {
  return {
    name: row.name,
    version: row.version,
    purl: npmPurl(row.name, row.version),
    directory: join(project, row.directory),
    integrity: row.integrity,
    source: row.source,
    changedAt: row.changed * 1000,
    dependencyPath: table.path(row),
  };
}

function findRow(project: string, table: Table, packageDirectory: string, version?: string): Row | undefined {
  const directory = relative(project, packageDirectory).split(sep).join('/');
  const exact = table.find(directory);
  if (exact || directory.startsWith('..') || !directory.includes('node_modules/')) return exact;
  // A second variant in a virtual store, or a copy that yarn 1 nested: the same package under another path.
  const folder = tail(directory);
  const wanted = version ?? storedVersion(directory, folder);
  const named = table.named(folder);
  const same = named.find((row) => row.version === wanted);
  return same ?? (wanted === undefined && named.length === 1 ? named[0] : undefined);
}

/** `node_modules/.pnpm/@acme+tool@3.0.0_peer/node_modules/@acme/tool` → `3.0.0`. */
function storedVersion(directory: string, folder: string): string | undefined {
  const stored = /\/\.(?:pnpm|bun|store)\/([^/]+)\/node_modules\//.exec(`/${directory}`)?.[1];
  const name = `${folder.replace('/', '+')}@`;
  return stored?.startsWith(name) ? /^[^_(]*/.exec(stored.slice(name.length))?.[0] : undefined;
}

// A change of the package set as an event: with the scripts that the package would run, and what does not fit about it.
import { join } from 'node:path';
import type { PackageEvent } from '../../schema/event.ts';
import { truncate } from '../../schema/primitives.ts';
import type { Change } from './diff.ts';
import { describeRow } from './inventory.ts';
import type { Manifest } from './manifest.ts';
import { readManifest, withImplied } from './manifest.ts';
import type { Project } from './project.ts';
import type { Row, Table } from './table.ts';

export interface Observer {
  readonly host: string;
  /** Login name of the project's owner. */
  readonly user: string;
}

type Mismatch = NonNullable<PackageEvent['mismatch']>[number];

const MAX_PATH = 64;

/**
 * `before` is the table that a removed row belongs to, `after` that of all others; `arrived` are the manifests as they
 * were when the packages came, by directory.
 */
export async function report(
  project: Project,
  change: Change,
  tables: { readonly before: Table; readonly after: Table },
  arrived: ReadonlyMap<string, Manifest>,
  observer: Observer,
): Promise<PackageEvent> {
  const { row, action, previousVersion } = change;
  const removed = action === 'removed';
  const found = describeRow(project.root, removed ? tables.before : tables.after, row);
  const atArrival = arrived.get(row.directory);
  const now =
    removed || row.directory === '' ? undefined : await readManifest(join(project.root, row.directory));
  const declared = atArrival?.scripts ?? now?.scripts ?? {};
  const scripts = removed ? declared : await withImplied(found.directory, declared);
  const mismatch = removed || row.directory === '' ? [] : mismatches(row, now, atArrival);
  return {
    kind: 'package',
    action,
    time: new Date().toISOString(),
    monotonic: Number(process.hrtime.bigint() / 1000n),
    host: observer.host,
    user: observer.user,
    collector: 'node-modules',
    package: {
      name: found.name,
      version: found.version,
      purl: found.purl,
      directory: found.directory,
      project: project.root,
      dependencyPath: found.dependencyPath.slice(0, MAX_PATH),
      confidence: 'exact',
      ...(found.integrity === '' ? {} : { integrity: found.integrity }),
    },
    ...(project.manager === undefined ? {} : { manager: project.manager }),
    ...(previousVersion === undefined ? {} : { previousVersion }),
    ...(Object.keys(scripts).length === 0 ? {} : { scripts: cut(scripts) }),
    ...(found.source === 'registry' || found.source === 'link' ? {} : { source: found.source }),
    ...(mismatch.length === 0 ? {} : { mismatch }),
  };
}

function mismatches(row: Row, now: Manifest | undefined, atArrival: Manifest | undefined): Mismatch[] {
  if (!now) return ['missing'];
  const found: Mismatch[] = [];
  // A package from a file or a repository is entered under the name that the project chose for it.
  if (row.source === 'registry' && now.name !== row.name) found.push('name');
  if (row.source === 'registry' && plain(now.version) !== plain(row.version)) found.push('version');
  if (atArrival && !sameScripts(atArrival, now)) found.push('scripts');
  return found;
}

/** Registries drop a leading `v` and build metadata of a version, some manifests keep it. */
function plain(version: string): string {
  return version
    .trim()
    .replace(/^[=v]+/, '')
    .split('+', 1)[0] as string;
}

function sameScripts(a: Manifest, b: Manifest): boolean {
  const names = new Set([...Object.keys(a.scripts), ...Object.keys(b.scripts)]);
  return [...names].every((name) => a.scripts[name] === b.scripts[name]);
}

function cut(scripts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(scripts).map(([name, command]) => [name, truncate(command)]));
}

// The notification group as something to wait on: what changed, who did it, and whether it is told.
import { type Change, changes, type InodeKey, type Place } from '../../platform/linux/changes.ts';
import { close, readAvailable } from '../../platform/linux/descriptor.ts';
import type { ProcessNode, ProcessTree, Source } from '../sensor/tree.ts';
import type { Counters } from './counters.ts';
import type { Deed } from './judge.ts';
import type { Marks } from './marks.ts';
import type { Maker, Walk } from './walk.ts';

/** Bytes of one read: some 60 events, a millisecond of work, after which held opens have their turn again. */
const BATCH = 4096;

export interface ChangesOptions {
  readonly group: number;
  readonly tree: ProcessTree & { readonly source: Source | undefined };
  readonly marks: Marks;
  readonly walk: Walk;
  readonly counters: Counters;
  readonly ownPids: readonly number[];
  readonly happened: (deed: Deed, node: ProcessNode) => void;
  /** The directory of the self-test was written to. */
  readonly decoyWritten: (directory: InodeKey, pid: number) => boolean;
  readonly overflowed: () => void;
}

export function createChanges(options: ChangesOptions): Source {
  const { group, tree, marks, walk, counters, happened, overflowed } = options;
  const own = new Set([process.pid, ...options.ownPids]);
  const batch = Buffer.alloc(BATCH);

  function drain(): void {
    const length = readAvailable(group, batch);
    if (length < 0) counters['read-errors']++;
    if (length <= 0) return;
    // Who did it was forked before, so after this the tree knows it.
    tree.source?.drain();
    for (const change of changes(batch, length, overflow)) take(change);
  }

  function overflow(): void {
    counters['write-queue-lost']++;
    overflowed();
  }

  function take(change: Change): void {
    counters.changes++;
    const node = own.has(change.pid) ? undefined : tree.actor(change.pid);
    const actor = node?.lineage ? node : undefined;
    if (change.at && options.decoyWritten(change.at.directory, change.pid)) return;
    if (change.isDirectory) follow(change);
    if (change.at && (change.created || change.renamed))
      walk.examine(
        change.at.directory,
        change.at.name,
        change.isDirectory && actor ? makerOf(actor) : undefined,
      );
    if (actor) for (const deed of deedsOf(change)) happened(deed, actor);
    else counters['ordinary-changes']++;
  }

  /** A directory that is gone, or lies elsewhere now, is not what it was. */
  function follow({ at, from, deleted }: Change): void {
    const before = deleted ? pathOf(at) : pathOf(from);
    if (before !== undefined) marks.gone(before);
  }

  function deedsOf(change: Change): readonly Deed[] {
    const from = pathOf(change.from);
    // By what it is before by what it is called: a link elsewhere is another name for it.
    const known = change.file === undefined ? undefined : marks.fileOf(change.file);
    const path = known ?? pathOf(change.at);
    if (path === undefined) {
      // It was moved to where nobody looks.
      if (from !== undefined) return [{ action: 'delete', path: from }];
      counters['elsewhere-changes']++;
      return [];
    }
    const deeds: Deed[] = [];
    if (change.renamed) deeds.push({ action: 'rename', path, from });
    if (change.created) deeds.push({ action: 'create', path });
    else if (change.written) deeds.push({ action: 'write', path });
    if (change.deleted) deeds.push({ action: 'delete', path });
    return deeds;
  }

  function pathOf(place: Place | undefined): string | undefined {
    const [visit] = place ? marks.visitsOf(place.directory) : [];
    if (!visit || !place) return undefined;
    return visit.path === '/' ? `/${place.name}` : `${visit.path}/${place.name}`;
  }

  return { fd: group, drain, close: () => void close(group) };
}

/** All of a directory that was just made is its maker's work. */
function makerOf(node: ProcessNode): Maker {
  return { node, since: 0 };
}

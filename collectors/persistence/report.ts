import type { Emit, ProcessNode, ProcessTree } from '../sensor/tree.ts';
import type { Counters } from './counters.ts';
import type { Deed, Matter } from './judge.ts';

/** Changes of one kind that are told of one tree in a window: what is plenty must not crowd out what is rare. */
const limits: Readonly<Record<Matter, number>> = { place: 64, package: 64, home: 256 };
/** µs */
const WINDOW = 30_000_000;
const SECOND = 1_000_000;
/** Of trees in a window, and of changes within a second, that are remembered. */
const MAX_REMEMBERED = 1024;

export type Report = (deed: Deed, matter: Matter, node: ProcessNode) => void;

/** Tells of a change, once a second where the same tree does it again. */
export function createReport(tree: ProcessTree, counters: Counters, emit: Emit): Report {
  const told = new Map<string, number>();
  const seen = new Set<string>();
  let window = 0;
  let second = 0;

  function startOver(monotonic: number): void {
    if (monotonic - second >= SECOND) {
      second = monotonic;
      seen.clear();
    }
    if (monotonic - window >= WINDOW) {
      window = monotonic;
      told.clear();
    }
  }

  function isRepeat(deed: Deed, of: string): boolean {
    // A file is made, then written: one fact.
    const what = deed.action === 'write' ? 'create' : deed.action;
    const key = `${of} ${what} ${deed.path}`;
    if (seen.has(key)) return true;
    if (seen.size < MAX_REMEMBERED) seen.add(key);
    return false;
  }

  function isTooMuch(matter: Matter, of: string): boolean {
    const key = `${matter} ${of}`;
    const count = told.get(key) ?? 0;
    if (told.size < MAX_REMEMBERED || count > 0) told.set(key, count + 1);
    return count >= limits[matter];
  }

  return (deed, matter, node) => {
    const monotonic = Number(process.hrtime.bigint() / 1000n);
    const of = node.lineage?.tree ?? '';
    startOver(monotonic);
    if (isRepeat(deed, of)) counters['repeated-changes']++;
    else if (isTooMuch(matter, of)) counters['changes-unreported']++;
    else
      emit({
        kind: 'file',
        action: deed.action,
        collector: 'persistence',
        time: new Date().toISOString(),
        monotonic,
        path: deed.path,
        ...(deed.from !== undefined && { from: deed.from }),
        process: tree.describe(node),
      });
  };
}

// Walks the directories of the plan, has them and their secrets marked, and goes on as directories and files turn up.
// It works in slices between held opens, and opens directories only: opening a file that is marked would wait for ourselves.
import { realpathSync } from 'node:fs';
import { close, readAvailable } from '../../platform/linux/descriptor.ts';
import { createDirectoryWatch, directoryChanges } from '../../platform/linux/inotify.ts';
import type { SecretMatcher } from '../../rules/secrets/index.ts';
import { type Counters, ofTheLastWalk } from './counters.ts';
import { createDirectories, type Visit, type Watched } from './directories.ts';
import { eachName, entryAt, type Found } from '../sensor/entry.ts';
import type { Marks, Refused } from './marks.ts';
import { enter, holdsPlaces, holdsUnnamedPlaces, type Level, type Step } from '../sensor/plan.ts';

/** Directories that wait to be walked. */
const MAX_QUEUE = 16_384;
/** Milliseconds of one slice: how long a held open may wait for a walk. */
const SLICE = 2;

export interface Plan {
  /** Of `/`. */
  readonly level: Level;
  readonly homes: ReadonlySet<string>;
  readonly homeList: readonly string[];
  readonly matcher: SecretMatcher;
}

export interface Walk {
  /** Readable when a watched directory got an entry. */
  readonly fd: number;
  drain(): void;
  /** Walks everything again under this plan and lets go of what it does not reach any more. */
  follow(plan: Plan): void;
  /** Goes on for 2 ms. True while there is more to do. */
  proceed(): boolean;
  /** The name that the catalogue knows a directory by, where a link leads to it. */
  catalogued(realDirectory: string): string | undefined;
  close(): void;
}

/** Throws `SystemCallError` where there is no inotify instance to be had. */
export function createWalk(marks: Marks, counters: Counters, refused: Refused): Walk {
  const inotify = createDirectoryWatch();
  const batch = Buffer.alloc(16_384);
  const directories = createDirectories(inotify, marks, counters, refused);
  const queue = new Map<string, Visit>();
  let plan: Plan | undefined;
  let round = 0;
  let sweepDue = false;

  function follow(next: Plan): void {
    plan = next;
    round++;
    sweepDue = true;
    for (const cause of ofTheLastWalk) counters[cause] = 0;
    queue.clear();
    queue.set('/', { path: '/', real: '/', level: next.level, home: undefined, room: undefined });
  }

  function proceed(): boolean {
    const end = performance.now() + SLICE;
    for (const [path, visit] of queue) {
      queue.delete(path);
      guarded(path, () => walkInto(visit));
      if (performance.now() > end) break;
    }
    if (queue.size > 0) return true;
    if (sweepDue) sweep();
    return false;
  }

  /** It is watched first, then held, then read: what comes in between is seen by one of them. */
  function walkInto(visit: Visit): void {
    const directory = directories.take(visit, round);
    if (!directory) return;
    const holds = visit.home === undefined ? holdsUnnamedPlaces(visit.level) : holdsPlaces(visit.level);
    if (holds) directories.hold(directory);
    const complete = eachName(visit.path, (name) => examine(directory, name));
    if (!complete) counters['entries-skipped']++;
  }

  function examine(parent: Watched, name: string): void {
    const step = enter(parent.level, name);
    if (step.file === 'no' && step.level.length === 0) return;
    const path = parent.path === '/' ? `/${name}` : `${parent.path}/${name}`;
    guarded(path, () => {
      const entry = entryAt(path);
      if (entry.is === 'foreign') counters['foreign-links']++;
      else if (entry.is === 'directory') enqueue(parent, path, entry, step);
      else if (entry.is === 'file') markSecret(parent, path, entry, step);
    });
  }

  function enqueue(parent: Watched, path: string, { linked }: Found, step: Step): void {
    if (step.level.length === 0 || queue.has(path)) return;
    if (queue.size >= MAX_QUEUE) {
      counters['directories-skipped']++;
      return;
    }
    const home = plan?.homes.has(path) ? path : parent.home;
    const room = parent.room ?? (step.named ? undefined : parent.below);
    const inParent = parent.real === '/' ? path : parent.real + path.slice(path.lastIndexOf('/'));
    const real = linked ? realpathSync(path) : inParent;
    queue.set(path, { path, real, level: step.level, home, room });
  }

  function markSecret(parent: Watched, path: string, { stats }: Found, step: Step): void {
    const match = step.file === 'no' ? undefined : plan?.matcher.match(path);
    if (!match) return;
    if (step.file === 'pattern') directories.hold(parent);
    marks.holdFile(path, stats, match, step.file === 'named');
  }

  /** Lets go of what the last round did not come by, and of the secrets of homes that are no longer watched. */
  function sweep(): void {
    sweepDue = false;
    directories.sweep(round);
    marks.releaseFiles(({ match }) => match.home === undefined || plan?.homes.has(match.home) === true);
  }

  function drain(): void {
    const length = readAvailable(inotify, batch);
    for (const change of directoryChanges(batch, length)) {
      if (change.change === 'overflow') {
        counters['watch-queue-lost']++;
        if (plan) follow(plan);
        return;
      }
      if (change.change === 'gone') directories.gone(change.watch);
      else for (const directory of directories.at(change.watch)) examine(directory, change.name);
    }
  }

  /** What an unreadable directory or a race with its removal throws ends here; neither ends the walk. */
  function guarded(path: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return;
      counters['unreadable-directories']++;
      refused(path, code);
    }
  }

  return {
    fd: inotify,
    drain,
    follow,
    proceed,
    catalogued: directories.catalogued,
    close: () => void close(inotify),
  };
}

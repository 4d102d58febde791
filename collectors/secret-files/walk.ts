// Walks the directories of the plan, has them and their secrets marked, and goes on as directories and files turn up.
// It works in slices between held opens, and opens directories only: opening a file that is marked would wait for ourselves.
import { realpathSync } from 'node:fs';
import { close, readAvailable } from '../../platform/linux/descriptor.ts';
import {
  createDirectoryWatch,
  directoryChanges,
  unwatchDirectory,
  watchDirectory,
} from '../../platform/linux/inotify.ts';
import type { SecretMatcher } from '../../rules/secrets/index.ts';
import { type Counters, ofTheLastWalk } from './counters.ts';
import { eachName, type Entry, entryAt } from './entry.ts';
import type { Marks, Refused } from './marks.ts';
import { enter, holdsPlaces, holdsUnnamedPlaces, type Level } from './plan.ts';

/**
 * Directories found by wildcards: below each one that the catalogue names in full, and in all (the kernel's limits on watches
 * and marks begin at 8,192). The named ones are few and always walked, whatever somebody makes to use this up.
 */
const MAX_BELOW = 512;
const MAX_BY_WILDCARD = 6144;
/** Milliseconds of one slice: how long a held open may wait for a walk. */
const SLICE = 2;

interface Budget {
  left: number;
}

interface Visit {
  readonly path: string;
  /** `path` without links. */
  readonly real: string;
  readonly level: Level;
  readonly home: string | undefined;
  readonly budget: Budget | undefined;
}

interface Watched extends Visit {
  /** What the wildcards below it may use, where it is not itself below one. */
  readonly below: Budget;
  held: boolean;
  round: number;
}

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
  const queue = new Map<string, Visit>();
  /** By watch: a directory that is reached by two names has one watch. */
  const watched = new Map<number, readonly Watched[]>();
  const aliases = new Map<string, string>();
  let plan: Plan | undefined;
  let round = 0;
  let sweepDue = false;
  let byWildcard = 0;

  function follow(next: Plan): void {
    plan = next;
    round++;
    sweepDue = true;
    for (const cause of ofTheLastWalk) counters[cause] = 0;
    queue.clear();
    queue.set('/', { path: '/', real: '/', level: next.level, home: undefined, budget: undefined });
  }

  function proceed(): boolean {
    const end = performance.now() + SLICE;
    for (const [path, visit] of queue) {
      queue.delete(path);
      guarded(path, () => enterDirectory(visit));
      if (performance.now() > end) break;
    }
    if (queue.size > 0) return true;
    if (sweepDue) sweep();
    return false;
  }

  function enterDirectory(visit: Visit): void {
    const watch = watchDirectory(inotify, visit.path);
    const names = watched.get(watch) ?? [];
    const known = names.find(({ path }) => path === visit.path);
    if (!known && visit.budget && byWildcard >= MAX_BY_WILDCARD) {
      if (names.length === 0) unwatchDirectory(inotify, watch);
      counters['directories-skipped']++;
      return;
    }
    if (!known && visit.budget) byWildcard++;
    const directory = { ...visit, below: { left: MAX_BELOW }, held: known?.held === true, round };
    watched.set(watch, [...names.filter((name) => name !== known), directory]);
    if (visit.real !== visit.path) aliases.set(visit.real, visit.path);
    const holds = visit.home === undefined ? holdsUnnamedPlaces(visit.level) : holdsPlaces(visit.level);
    if (holds) hold(directory);
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
      else if (entry.is === 'directory' && step.level.length > 0) enqueue(parent, path, entry, step);
      else if (entry.is === 'file' && step.file !== 'no')
        markSecret(parent, path, entry, step.file === 'named');
    });
  }

  function enqueue(
    parent: Watched,
    path: string,
    entry: Extract<Entry, { linked: boolean }>,
    step: { level: Level; named: boolean },
  ): void {
    if (queue.has(path)) return;
    const home = plan?.homes.has(path) ? path : parent.home;
    const budget = parent.budget ?? (step.named ? undefined : parent.below);
    if (budget && budget.left-- <= 0) {
      counters['directories-skipped']++;
      return;
    }
    const inParent = parent.real === '/' ? path : parent.real + path.slice(path.lastIndexOf('/'));
    const real = entry.linked ? realpathSync(path) : inParent;
    queue.set(path, { path, real, level: step.level, home, budget });
  }

  function markSecret(
    parent: Watched,
    path: string,
    entry: Extract<Entry, { linked: boolean }>,
    named: boolean,
  ): void {
    const match = plan?.matcher.match(path);
    if (!match) return;
    if (!named) hold(parent);
    marks.holdFile(path, entry.stats, match, named);
  }

  function hold(directory: Watched): void {
    if (directory.held || !marks.holdDirectory(directory.path)) return;
    directory.held = true;
    counters['directory-marks']++;
  }

  function forget(directory: Watched): void {
    if (directory.budget) byWildcard--;
    if (directory.budget) directory.budget.left++;
    if (directory.held) counters['directory-marks']--;
    if (aliases.get(directory.real) === directory.path) aliases.delete(directory.real);
  }

  function isReached(directory: Watched): boolean {
    return directory.round === round;
  }

  /** Lets go of the directories that the last round did not come by, and of the secrets of homes that are no longer watched. */
  function sweep(): void {
    sweepDue = false;
    const reached = new Set(
      [...watched.values()]
        .flat()
        .filter(isReached)
        .map(({ path }) => path),
    );
    for (const [watch, names] of watched) {
      const kept = names.filter(isReached);
      if (kept.length === names.length) continue;
      for (const directory of names) {
        if (isReached(directory)) continue;
        if (directory.held && !reached.has(directory.path)) marks.releaseDirectory(directory.path);
        forget(directory);
      }
      if (kept.length > 0) watched.set(watch, kept);
      else watched.delete(watch);
      if (kept.length === 0) unwatchDirectory(inotify, watch);
    }
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
      const names = watched.get(change.watch) ?? [];
      if (change.change === 'gone') watched.delete(change.watch);
      for (const directory of names) {
        if (change.change === 'gone') forget(directory);
        else examine(directory, change.name);
      }
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
    catalogued: (real) => aliases.get(real),
    close: () => void close(inotify),
  };
}

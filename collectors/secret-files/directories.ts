// The directories that are watched now, and how many more there may be.
import { unwatchDirectory, watchDirectory } from '../../platform/linux/inotify.ts';
import { SystemCallError } from '../../platform/linux/libc.ts';
import type { Counters } from './counters.ts';
import type { Marks, Refused } from './marks.ts';
import type { Level } from '../sensor/plan.ts';

/**
 * Directories found by wildcards: below each one that the catalogue names in full, and in all (the kernel's limits on watches
 * and marks begin at 8,192). The named ones are few and always watched, whatever somebody makes to use this up.
 */
const MAX_BELOW = 512;
const MAX_BY_WILDCARD = 6144;

interface Room {
  left: number;
}

export interface Visit {
  readonly path: string;
  /** `path` without links. */
  readonly real: string;
  readonly level: Level;
  readonly home: string | undefined;
  /** What it takes from, where it was found by a wildcard. */
  readonly room: Room | undefined;
}

export interface Watched extends Visit {
  /** For what wildcards find below it. */
  readonly below: Room;
  held: boolean;
  round: number;
}

export interface Directories {
  /** Watches a directory; undefined where there is no room for it. Throws what keeps it from being read. */
  take(visit: Visit, round: number): Watched | undefined;
  /** A directory that is reached by two names has one watch. */
  at(watch: number): readonly Watched[];
  /** It was deleted. */
  gone(watch: number): void;
  /** Holds the opens of all files in it. */
  hold(directory: Watched): void;
  /** Lets go of those that the round did not come by. */
  sweep(round: number): void;
  /** The name that the catalogue knows a directory by, where a link leads to it. */
  readonly catalogued: (realDirectory: string) => string | undefined;
}

export function createDirectories(
  inotify: number,
  marks: Marks,
  counters: Counters,
  refused: Refused,
): Directories {
  const watched = new Map<number, readonly Watched[]>();
  const aliases = new Map<string, string>();
  const wildcards: Room = { left: MAX_BY_WILDCARD };
  /** Stands for the watch of directories that have none: counts down from -1. */
  let unwatched = -1;

  /** Where the limit of watches is reached, what lies there now is marked at least. */
  function watchOrGoWithout(path: string): number {
    try {
      return watchDirectory(inotify, path);
    } catch (error) {
      if (!(error instanceof SystemCallError) || error.code !== 'ENOSPC') throw error;
      counters['directories-skipped']++;
      refused(path, error.code);
      return --unwatched;
    }
  }

  function spend(room: Room): boolean {
    if (room.left <= 0 || wildcards.left <= 0) return false;
    room.left--;
    wildcards.left--;
    return true;
  }

  function forget(directory: Watched): void {
    if (directory.room) {
      directory.room.left++;
      wildcards.left++;
    }
    if (directory.held) counters['directory-marks']--;
    if (aliases.get(directory.real) === directory.path) aliases.delete(directory.real);
  }

  return {
    take(visit, round) {
      const watch = watchOrGoWithout(visit.path);
      const names = watched.get(watch) ?? [];
      const known = names.find(({ path }) => path === visit.path);
      if (!known && visit.room && !spend(visit.room)) {
        if (names.length === 0) unwatchDirectory(inotify, watch);
        counters['directories-skipped']++;
        return undefined;
      }
      const kept = known ?? { room: visit.room, below: { left: MAX_BELOW }, held: false };
      const directory: Watched = { ...visit, room: kept.room, below: kept.below, held: kept.held, round };
      watched.set(watch, [...names.filter((name) => name !== known), directory]);
      if (visit.real !== visit.path) aliases.set(visit.real, visit.path);
      return directory;
    },
    at: (watch) => watched.get(watch) ?? [],
    gone(watch) {
      for (const directory of watched.get(watch) ?? []) forget(directory);
      watched.delete(watch);
    },
    hold(directory) {
      if (directory.held || !marks.holdDirectory(directory.path)) return;
      directory.held = true;
      counters['directory-marks']++;
    },
    sweep(round) {
      const isReached = (directory: Watched) => directory.round === round;
      const all = [...watched.values()].flat();
      const reached = new Set(all.filter(isReached).map(({ path }) => path));
      for (const [watch, names] of watched) {
        const kept = names.filter(isReached);
        for (const directory of names) {
          if (isReached(directory)) continue;
          // What lies there now may be another directory, which is watched under that name.
          if (directory.held && !reached.has(directory.path)) marks.releaseDirectory(directory.path);
          forget(directory);
        }
        if (kept.length === names.length) continue;
        if (kept.length > 0) watched.set(watch, kept);
        else {
          watched.delete(watch);
          unwatchDirectory(inotify, watch);
        }
      }
    },
    catalogued: (real) => aliases.get(real),
  };
}

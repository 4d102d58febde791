// What a sensor has to watch on disk to see a place being read or written.
import { expandBraces } from './pattern.ts';
import type { Operation, SecretPlace } from './place.ts';

/** `base` is absolute and free of wildcards; `rest` are the segments below it, [] when `base` is the file, `**` for any depth. */
export interface WatchTarget {
  readonly place: SecretPlace;
  readonly base: string;
  readonly rest: readonly string[];
}

/**
 * The targets in one home, or the system-wide ones where `home` is undefined. Left out: context (tier C), places for
 * another operation, and what cannot be found without walking a whole home or disk (`isWatchable`).
 */
export function watchPlan(
  places: readonly SecretPlace[],
  home: string | undefined,
  operation: Operation = 'read',
): readonly WatchTarget[] {
  const watchable = places.filter((place) => isWatchable(place, operation));
  return watchable.flatMap((place) => {
    const inHome = place.path.startsWith('~');
    if (inHome !== (home !== undefined)) return [];
    return expandBraces(place.path).map((pattern) =>
      target(place, inHome ? `${home}${pattern.slice(1)}` : pattern),
    );
  });
}

/** False for what lies anywhere (`**` + a name, `~/**` + a name), behind a variable, or in /proc: matched only when an event comes. */
export function isWatchable(place: SecretPlace, operation: Operation = 'read'): boolean {
  if (place.tier === 'C' || !place.ops.includes(operation)) return false;
  return !/^(\*\*|\$|~\/\*\*|\/proc\/|\/\/)/.test(place.path);
}

/** The targets of `**` + a name for one directory: they are found where it is known that they matter, as in a project. */
export function projectPlan(places: readonly SecretPlace[]): readonly WatchTarget[] {
  return places
    .filter((place) => place.tier !== 'C' && place.path.startsWith('**/'))
    .flatMap((place) => expandBraces(place.path).map((pattern) => target(place, pattern.slice(2))));
}

function target(place: SecretPlace, pattern: string): WatchTarget {
  const segments = pattern.split('/');
  const wild = segments.findIndex((segment) => segment.includes('*'));
  if (wild === -1) return { place, base: pattern, rest: [] };
  return { place, base: segments.slice(0, wild).join('/'), rest: segments.slice(wild) };
}

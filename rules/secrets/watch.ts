// What a sensor has to watch on disk to see a place being read.
import { expandBraces } from './pattern.ts';
import type { SecretPlace } from './place.ts';

/** `base` is absolute and free of wildcards; `rest` are the segments below it, [] when `base` is the file, `**` for any depth. */
export interface WatchTarget {
  readonly place: SecretPlace;
  readonly base: string;
  readonly rest: readonly string[];
}

/**
 * The targets in one home, or the system-wide ones where `home` is undefined. Left out: context (tier C), places that are
 * written or connected to, and what cannot be found without walking a whole home or disk (`isWatchable`).
 */
export function watchPlan(places: readonly SecretPlace[], home: string | undefined): readonly WatchTarget[] {
  return places.filter(isWatchable).flatMap((place) => {
    const inHome = place.path.startsWith('~');
    if (inHome !== (home !== undefined)) return [];
    return expandBraces(place.path).map((pattern) =>
      target(place, inHome ? `${home}${pattern.slice(1)}` : pattern),
    );
  });
}

/** False for what lies anywhere (`**` + a name, `~/**` + a name), behind a variable, or in /proc: matched only when an event comes. */
export function isWatchable(place: SecretPlace): boolean {
  if (place.tier === 'C' || !place.ops.includes('read')) return false;
  return !/^(\*\*|\$|~\/\*\*|\/proc\/|\/\/)/.test(place.path);
}

function target(place: SecretPlace, pattern: string): WatchTarget {
  const segments = pattern.split('/');
  const wild = segments.findIndex((segment) => segment.includes('*'));
  if (wild === -1) return { place, base: pattern, rest: [] };
  return { place, base: segments.slice(0, wild).join('/'), rest: segments.slice(wild) };
}

// event_count with a lower limit: the times of the last N hits of a sliding window.
import { bounded, type Group, type Hit, type Strategy } from './strategy.ts';

export interface CountGroup extends Group {
  /** Time and number of the event in turn, ascending by time. */
  readonly hits: number[];
  /** When it last matched; until a timespan later it is quiet, unless the count fell in between. */
  firedAt: number;
}

/** Matches when `needed` hits lie within `timespan` milliseconds. */
export function eventCount(timespan: number, needed: number): Strategy<CountGroup> {
  return {
    create: () => ({ size: 0, hits: [], firedAt: Number.NEGATIVE_INFINITY }),
    add(group, hit, watermark) {
      const { hits } = group;
      let at = insert(hits, hit);
      // Hits that no window can reach any more, and those beyond what the limit asks for.
      const oldest = Math.min(watermark, hit.time) - timespan;
      let drop = Math.max(0, hits.length - 2 * needed);
      while (drop < hits.length && (hits[drop] ?? 0) < oldest) drop += 2;
      if (drop > 0) hits.splice(0, drop);
      at = Math.max(0, at - drop);
      group.size = hits.length / 2;
      const last = findWindow(hits, at, timespan, needed);
      if (last < 0) {
        group.firedAt = Number.NEGATIVE_INFINITY;
        return undefined;
      }
      if (hit.time - group.firedAt < timespan) return undefined;
      group.firedAt = hit.time;
      return bounded(hits.slice(last - 2 * (needed - 1), last + 2).filter((_, index) => index % 2 === 1));
    },
    end: ({ hits }) => (hits.at(-2) ?? 0) + timespan,
  };
}

function insert(hits: number[], hit: Hit): number {
  let at = hits.length;
  while (at > 0 && (hits[at - 2] ?? 0) > hit.time) at -= 2;
  if (at === hits.length) hits.push(hit.time, hit.seq);
  else hits.splice(at, 0, hit.time, hit.seq);
  return at;
}

/** Index of the last of `needed` hits within a timespan that end at `from` or later; -1 where there are none. */
function findWindow(hits: readonly number[], from: number, timespan: number, needed: number): number {
  for (let last = Math.max(from, 2 * (needed - 1)); last < hits.length; last += 2)
    if ((hits[last] ?? 0) - (hits[last - 2 * (needed - 1)] ?? 0) <= timespan) return last;
  return -1;
}

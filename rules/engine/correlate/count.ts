// event_count with a lower limit: the times of the last N hits of a sliding window.
import { RuleFault } from '../problem.ts';
import type { Threshold } from '../rule/rule.ts';
import { bounded, type Group, type Hit, type Strategy } from './strategy.ts';
import { least } from './threshold.ts';

export interface CountGroup extends Group {
  /** Ascending, with the number of the event beside it. */
  readonly times: number[];
  readonly seqs: number[];
  /** When it last matched; until a timespan later it is quiet, unless the count fell in between. */
  firedAt: number;
}

/** Highest count that a rule may ask for: each hit of a window is held. */
export const MAX_COUNT = 65_536;

export function eventCount(
  timespan: number,
  thresholds: readonly Threshold[],
  offset: number,
): Strategy<CountGroup> {
  const needed = least(thresholds);
  if (needed > MAX_COUNT)
    throw new RuleFault('E_RULE_LIMIT', offset, `counts to ${needed}, at most ${MAX_COUNT} are counted`);
  return {
    create: (hit) => ({ newest: hit.time, size: 0, times: [], seqs: [], firedAt: Number.NEGATIVE_INFINITY }),
    add(group, hit, watermark) {
      const at = insert(group, hit);
      // Hits that no window can reach any more, and those beyond what the limit asks for.
      while (
        group.times.length > needed ||
        (group.times[0] ?? hit.time) < Math.min(watermark, hit.time) - timespan
      ) {
        group.times.shift();
        group.seqs.shift();
      }
      group.size = group.times.length;
      group.newest = group.times.at(-1) ?? hit.time;
      const window = findWindow(group.times, Math.min(at, group.times.length - 1), timespan, needed);
      if (!window) {
        group.firedAt = Number.NEGATIVE_INFINITY;
        return undefined;
      }
      if (hit.time - group.firedAt < timespan) return undefined;
      group.firedAt = hit.time;
      return bounded(group.seqs.slice(window[0], window[1] + 1));
    },
    end: (group) => group.newest + timespan,
    close: () => undefined,
  };
}

function insert(group: CountGroup, hit: Hit): number {
  let at = group.times.length;
  while (at > 0 && (group.times[at - 1] ?? 0) > hit.time) at -= 1;
  if (at === group.times.length) {
    group.times.push(hit.time);
    group.seqs.push(hit.seq);
  } else {
    group.times.splice(at, 0, hit.time);
    group.seqs.splice(at, 0, hit.seq);
  }
  return at;
}

/** First and last index of `needed` hits within a timespan that end at or after `from`. */
function findWindow(
  times: readonly number[],
  from: number,
  timespan: number,
  needed: number,
): readonly [number, number] | undefined {
  for (let last = Math.max(from, needed - 1); last < times.length; last += 1) {
    const first = last - needed + 1;
    if ((times[last] ?? 0) - (times[first] ?? 0) <= timespan) return [first, last];
  }
  return undefined;
}

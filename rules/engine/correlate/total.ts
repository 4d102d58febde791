// value_sum with a lower limit: the values of a sliding window and their sum.
import type { Threshold } from '../rule/rule.ts';
import { bounded, type Group, type Hit, type Strategy } from './strategy.ts';
import { holds } from './threshold.ts';

export interface TotalGroup extends Group {
  /** Time, number of the event and value in turn, ascending by time. */
  readonly hits: number[];
  sum: number;
  firedAt: number;
}

/** Beyond this many hits of one group the two oldest are added up: the sum stays right, its oldest part ends later. */
const MAX_HITS = 4096;

export function valueSum(timespan: number, thresholds: readonly Threshold[]): Strategy<TotalGroup> {
  return {
    create: () => ({ size: 0, hits: [], sum: 0, firedAt: Number.NEGATIVE_INFINITY }),
    add(group, hit) {
      const { hits } = group;
      insert(hits, hit);
      group.sum += Number(hit.value);
      const newest = hits.at(-3) ?? hit.time;
      while (hits.length > 3 && (hits[0] ?? 0) < newest - timespan) group.sum -= hits.splice(0, 3)[2] ?? 0;
      if (hits.length > 3 * MAX_HITS) {
        const [, , value = 0] = hits.splice(0, 3);
        hits[2] = (hits[2] ?? 0) + value;
      }
      group.size = hits.length / 3;
      if (!holds(thresholds, group.sum)) {
        group.firedAt = Number.NEGATIVE_INFINITY;
        return undefined;
      }
      if (hit.time - group.firedAt < timespan) return undefined;
      group.firedAt = hit.time;
      return bounded(hits.filter((_, index) => index % 3 === 1));
    },
    end: ({ hits }) => (hits.at(-3) ?? 0) + timespan,
  };
}

function insert(hits: number[], hit: Hit): void {
  let at = hits.length;
  while (at > 0 && (hits[at - 3] ?? 0) > hit.time) at -= 3;
  hits.splice(at, 0, hit.time, hit.seq, Number(hit.value));
}

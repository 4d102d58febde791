// value_count with a lower limit: the newest time of each value of a sliding window.
import { bounded, type Group, type Hit, type Strategy } from './strategy.ts';

export interface DistinctGroup extends Group {
  /** value → newest hit, ascending by its time. */
  values: Map<string, { readonly time: number; readonly seq: number }>;
  newest: number;
  firedAt: number;
}

/** Matches when `needed` different values lie within `timespan` milliseconds. */
export function valueCount(timespan: number, needed: number): Strategy<DistinctGroup> {
  return {
    create: (hit) => ({ size: 0, values: new Map(), newest: hit.time, firedAt: Number.NEGATIVE_INFINITY }),
    add(group, hit) {
      if (!insert(group, hit)) return undefined;
      for (const [value, { time }] of group.values) {
        if (time >= group.newest - timespan && group.values.size <= needed) break;
        group.values.delete(value);
      }
      group.size = group.values.size;
      if (group.values.size < needed) {
        group.firedAt = Number.NEGATIVE_INFINITY;
        return undefined;
      }
      if (hit.time - group.firedAt < timespan) return undefined;
      group.firedAt = hit.time;
      return bounded([...group.values.values()].map(({ seq }) => seq));
    },
    end: ({ newest }) => newest + timespan,
  };
}

/** False where a newer hit of the value is known. */
function insert(group: DistinctGroup, { time, seq, value }: Hit): boolean {
  const key = String(value);
  const known = group.values.get(key);
  if (known && known.time > time) return false;
  group.values.delete(key);
  group.values.set(key, { time, seq });
  if (time >= group.newest) group.newest = time;
  // A late hit: put it where its time belongs.
  else group.values = new Map([...group.values].toSorted(([, a], [, b]) => a.time - b.time));
  return true;
}

// temporal and temporal_ordered: which rules matched within the timespan, in any order or in theirs.
//
// Hits newer than the watermark may still be preceded by a late one. They are held, sorted, beside the state of what is
// settled; a late hit is put in its place and all that is not settled is replayed.
import { ordered } from './ordered.ts';
import { type Group, type Hit, MAX_EVIDENCE, type Strategy } from './strategy.ts';
import { unordered } from './unordered.ts';

/** What a group of hits, in order of time, has come to. */
export interface Course<S> {
  readonly empty: S;
  copy(state: S): S;
  /** Takes the next hit; the numbers of the events of the best match that ends with it. */
  take(state: S, time: number, seq: number, step: number): readonly number[];
}

export interface SequenceOptions {
  readonly steps: number;
  readonly ordered: boolean;
  readonly timespan: number;
  /** How many of the rules must have matched. */
  readonly needed: number;
}

interface SequenceGroup<S> extends Group {
  settled: S;
  current: S;
  /** Time, number of the event and step in turn, ascending by time. */
  recent: number[];
  newest: number;
  /** Matches are quiet until a timespan after this. */
  firedAt: number;
}

/** Hits of one group that wait for late ones; beyond this the oldest is settled early. */
const MAX_RECENT = 32;

export function sequence(options: SequenceOptions): Strategy {
  return options.ordered ? following(ordered(options), options) : following(unordered(options), options);
}

function following<S>(course: Course<S>, { timespan, needed }: SequenceOptions): Strategy<SequenceGroup<S>> {
  return {
    create: (hit) => ({
      size: 0,
      settled: course.empty,
      current: course.copy(course.empty),
      recent: [],
      newest: hit.time,
      firedAt: Number.NEGATIVE_INFINITY,
    }),
    add(group, hit, watermark) {
      settle(course, group, watermark);
      const found =
        hit.time >= group.newest ? append(course, group, hit) : replay(course, group, hit, needed);
      group.size = 1 + group.recent.length / 3;
      if (found.length < needed || hit.time - group.firedAt < timespan) return undefined;
      group.firedAt = hit.time;
      return found.slice(-MAX_EVIDENCE);
    },
    end: ({ newest }) => newest + timespan,
  };
}

function settle<S>(course: Course<S>, group: SequenceGroup<S>, watermark: number): void {
  const { recent } = group;
  if (recent.length > 0 && (recent.at(-3) ?? 0) < watermark) {
    group.settled = group.current;
    group.current = course.copy(group.settled);
    group.recent = [];
    return;
  }
  let past = Math.max(0, recent.length - 3 * (MAX_RECENT - 1));
  while ((recent[past] ?? watermark) < watermark) past += 3;
  if (past === 0) return;
  group.settled = course.copy(group.settled);
  for (let i = 0; i < past; i += 3)
    course.take(group.settled, recent[i] ?? 0, recent[i + 1] ?? 0, recent[i + 2] ?? 0);
  recent.splice(0, past);
}

function append<S>(course: Course<S>, group: SequenceGroup<S>, { time, seq, step }: Hit): readonly number[] {
  group.recent.push(time, seq, step);
  group.newest = time;
  return course.take(group.current, time, seq, step);
}

/** Puts a late hit in its place; the first match that it makes possible. */
function replay<S>(
  course: Course<S>,
  group: SequenceGroup<S>,
  { time, seq, step }: Hit,
  needed: number,
): readonly number[] {
  const { recent } = group;
  let at = recent.length;
  while (at > 0 && (recent[at - 3] ?? 0) > time) at -= 3;
  recent.splice(at, 0, time, seq, step);
  group.current = course.copy(group.settled);
  let first: readonly number[] = [];
  for (let i = 0; i < recent.length; i += 3) {
    const found = course.take(group.current, recent[i] ?? 0, recent[i + 1] ?? 0, recent[i + 2] ?? 0);
    if (i >= at && first.length < needed) first = found;
  }
  return first;
}

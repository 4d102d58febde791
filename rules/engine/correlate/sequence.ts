// temporal and temporal_ordered: which rules matched within the timespan, in any order or in theirs.
//
// Hits newer than the watermark may still be preceded by a late one, so they are held apart, sorted, and replayed
// over the state of all that is settled. In the settled state a chain is known by its start: a later start is always
// the better one, so one chain for each last rule and length is enough, however many hits there were.
import type { Threshold } from '../rule/rule.ts';
import type { Group, Hit, Strategy } from './strategy.ts';
import { holds } from './threshold.ts';

interface Chain {
  readonly start: number;
  readonly seqs: readonly number[];
}

/** chains[step][length - 1] */
type Settled = readonly (readonly (Chain | undefined)[])[];

export interface SequenceGroup extends Group {
  settled: Settled;
  recent: Hit[];
  /** Matches are quiet until a timespan after this. */
  firedAt: number;
}

/** Hits of one group that wait for late ones; beyond this the oldest is settled early. */
const MAX_RECENT = 32;

export interface SequenceOptions {
  readonly steps: number;
  readonly ordered: boolean;
  readonly timespan: number;
  readonly thresholds: readonly Threshold[];
  /** Whether a match is known before the window is over. */
  readonly immediate: boolean;
}

export function sequence(options: SequenceOptions): Strategy<SequenceGroup> {
  const { timespan, thresholds } = options;
  return {
    create: (hit) => ({
      newest: hit.time,
      size: 0,
      settled: [],
      recent: [],
      firedAt: Number.NEGATIVE_INFINITY,
    }),
    add(group, hit, watermark) {
      insert(group.recent, hit);
      while (
        group.recent.length > MAX_RECENT ||
        (group.recent[0]?.time ?? Number.POSITIVE_INFINITY) < watermark
      ) {
        const oldest = group.recent.shift();
        if (oldest) group.settled = advance(group.settled, oldest, options).state;
      }
      group.newest = Math.max(group.newest, hit.time);
      group.size = group.recent.length + group.settled.length;
      if (!options.immediate || hit.time - group.firedAt < timespan) return undefined;
      const found = replay(group, hit, options);
      if (!found) return undefined;
      group.firedAt = hit.time;
      return found;
    },
    end: (group) => group.newest + timespan,
    close(group) {
      if (options.immediate) return undefined;
      const longest = replayAll(group, options);
      return longest && holds(thresholds, longest.seqs.length) ? longest.seqs : undefined;
    },
  };
}

function insert(recent: Hit[], hit: Hit): void {
  let at = recent.length;
  while (at > 0 && (recent[at - 1]?.time ?? 0) > hit.time) at -= 1;
  recent.splice(at, 0, hit);
}

/** The events of a match that became possible with `hit`. */
function replay(group: SequenceGroup, hit: Hit, options: SequenceOptions): readonly number[] | undefined {
  let state = group.settled;
  for (const next of group.recent) {
    const step = advance(state, next, options);
    state = step.state;
    if (next.time < hit.time) continue;
    if (step.longest && holds(options.thresholds, step.longest.seqs.length)) return step.longest.seqs;
  }
  return undefined;
}

function replayAll(group: SequenceGroup, options: SequenceOptions): Chain | undefined {
  let state = group.settled;
  for (const next of group.recent) state = advance(state, next, options).state;
  let longest: Chain | undefined;
  for (const chain of state.flat())
    if (chain && chain.seqs.length > (longest?.seqs.length ?? 0)) longest = chain;
  return longest;
}

/** The state after a hit, and the longest chain that ends with it. */
function advance(
  state: Settled,
  hit: Hit,
  options: SequenceOptions,
): { state: Settled; longest: Chain | undefined } {
  return options.ordered ? advanceOrdered(state, hit, options) : advanceUnordered(state, hit, options);
}

function advanceOrdered(
  state: Settled,
  hit: Hit,
  { steps, timespan }: SequenceOptions,
): ReturnType<typeof advance> {
  const own: (Chain | undefined)[] = [...(state[hit.step] ?? [])];
  own[0] = { start: hit.time, seqs: [hit.seq] };
  let longest: Chain = own[0];
  for (let before = 0; before < hit.step; before += 1) {
    for (const chain of state[before] ?? []) {
      if (!chain || hit.time - chain.start > timespan || chain.seqs.at(-1) === hit.seq) continue;
      const length = chain.seqs.length;
      const known = own[length];
      if (known && known.start > chain.start) continue;
      const longer: Chain = { start: chain.start, seqs: [...chain.seqs, hit.seq] };
      own[length] = longer;
      if (length + 1 > longest.seqs.length) longest = longer;
    }
  }
  const next = Array.from({ length: steps }, (_, step) => (step === hit.step ? own : (state[step] ?? [])));
  return { state: next, longest };
}

/** Each rule's newest hit is all that matters. */
function advanceUnordered(
  state: Settled,
  hit: Hit,
  { steps, timespan }: SequenceOptions,
): ReturnType<typeof advance> {
  const newest: Chain = { start: hit.time, seqs: [hit.seq] };
  const next = Array.from({ length: steps }, (_, step) =>
    step === hit.step ? [newest] : (state[step] ?? []),
  );
  const within = next
    .map(([chain]) => chain)
    .filter((chain) => chain !== undefined)
    .filter((chain) => hit.time - chain.start <= timespan)
    .toSorted((a, b) => a.start - b.start);
  return {
    state: next,
    longest: { start: within[0]?.start ?? hit.time, seqs: within.flatMap(({ seqs }) => seqs) },
  };
}

// temporal and temporal_ordered: which rules matched within the timespan, in any order or in theirs.
//
// Hits newer than the watermark may still be preceded by a late one, so they are held apart, sorted, and replayed
// over the state of all that is settled. In the settled state a chain is known by its start: a later start is always
// the better one, so one chain for each last rule and length is enough, however many hits there were.
import { type Group, type Hit, MAX_EVIDENCE, type Strategy } from './strategy.ts';

interface Chain {
  readonly start: number;
  readonly seqs: readonly number[];
}

/** By step × steps + length - 1; sparse. */
type Chains = (Chain | undefined)[];

export interface SequenceGroup extends Group {
  chains: Chains;
  readonly recent: Hit[];
  newest: number;
  /** Matches are quiet until a timespan after this. */
  firedAt: number;
}

/** Hits of one group that wait for late ones; beyond this the oldest is settled early. */
const MAX_RECENT = 32;

export interface SequenceOptions {
  readonly steps: number;
  readonly ordered: boolean;
  readonly timespan: number;
  /** How many of the rules must have matched. */
  readonly needed: number;
}

export function sequence(options: SequenceOptions): Strategy<SequenceGroup> {
  const { timespan, needed } = options;
  const take = options.ordered ? takeOrdered : takeUnordered;
  return {
    create: (hit) => ({
      size: 0,
      chains: [],
      recent: [],
      newest: hit.time,
      firedAt: Number.NEGATIVE_INFINITY,
    }),
    add(group, hit, watermark) {
      const { recent } = group;
      while (recent.length >= MAX_RECENT || (recent[0]?.time ?? Number.POSITIVE_INFINITY) < watermark) {
        const oldest = recent.shift();
        if (oldest) take(group.chains, oldest, options);
      }
      insert(recent, hit);
      if (hit.time > group.newest) group.newest = hit.time;
      group.size = recent.length + group.chains.length;
      if (hit.time - group.firedAt < timespan) return undefined;
      const chains = [...group.chains];
      for (const next of recent) {
        const longest = take(chains, next, options);
        if (next.time < hit.time || longest.seqs.length < needed) continue;
        group.firedAt = hit.time;
        return longest.seqs.slice(-MAX_EVIDENCE);
      }
      return undefined;
    },
    end: ({ newest }) => newest + timespan,
  };
}

/** After all hits of the same time: the order of arrival decides between equals. */
function insert(recent: Hit[], hit: Hit): void {
  let at = recent.length;
  while (at > 0 && (recent[at - 1]?.time ?? 0) > hit.time) at -= 1;
  if (at === recent.length) recent.push(hit);
  else recent.splice(at, 0, hit);
}

/** Extends every chain of an earlier rule that is young enough; the longest that ends here. */
function takeOrdered(chains: Chains, hit: Hit, { steps, timespan }: SequenceOptions): Chain {
  const own = hit.step * steps;
  let longest: Chain = { start: hit.time, seqs: [hit.seq] };
  chains[own] = longest;
  for (let before = 0; before < own; before += 1) {
    const chain = chains[before];
    if (!chain || hit.time - chain.start > timespan || chain.seqs.at(-1) === hit.seq) continue;
    const at = own + chain.seqs.length;
    const known = chains[at];
    if (known && known.start > chain.start) continue;
    const longer = { start: chain.start, seqs: [...chain.seqs, hit.seq] };
    chains[at] = longer;
    if (longer.seqs.length > longest.seqs.length) longest = longer;
  }
  return longest;
}

/** Each rule's newest hit is all that matters. */
function takeUnordered(chains: Chains, hit: Hit, { steps, timespan }: SequenceOptions): Chain {
  chains[hit.step * steps] = { start: hit.time, seqs: [hit.seq] };
  const within = chains.filter((chain) => chain !== undefined && hit.time - chain.start <= timespan);
  const seqs = within.flatMap((chain) => chain?.seqs ?? []).toSorted((a, b) => a - b);
  return { start: hit.time, seqs };
}

// What a type of correlation keeps for one group of events, and when it says that the group matches.

export interface Hit {
  /** Event time, milliseconds. */
  readonly time: number;
  /** Number of the event in the order of arrival: names it in the evidence. */
  readonly seq: number;
  /** Which of the correlated rules matched. */
  readonly step: number;
  /** Value of the counted field; undefined where the type counts none. */
  readonly value: string | number | undefined;
}

export interface Group {
  /** Hits or values that it holds, for the bound on memory. */
  size: number;
}

export interface Strategy<G extends Group = Group> {
  create(hit: Hit): G;
  /** Takes a hit; the numbers of the contributing events where the group matches now. `watermark`: nothing older comes. */
  add(group: G, hit: Hit, watermark: number): readonly number[] | undefined;
  /** The group is over when the watermark passes this. */
  end(group: G): number;
  /**
   * For types that judge a whole window: the last word of a group that is over. Such a group ends a timespan after
   * its first hit; the others after their last.
   */
  close?(group: G): readonly number[] | undefined;
}

/** Most events that a match carries as evidence. */
export const MAX_EVIDENCE = 32;

/** At most MAX_EVIDENCE of them, the first and the last being kept. */
export function bounded(seqs: readonly number[]): readonly number[] {
  if (seqs.length <= MAX_EVIDENCE) return seqs;
  return [...seqs.slice(0, 1), ...seqs.slice(1 - MAX_EVIDENCE)];
}

/** Highest count that a rule may ask for: that many hits of a group are held. */
export const MAX_COUNT = 65_536;

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
  /** Time of the newest hit. */
  newest: number;
  /** Hits or values that it holds, for the bound on memory. */
  size: number;
}

export interface Strategy<G extends Group = Group> {
  create(hit: Hit): G;
  /** Takes a hit; the numbers of the contributing events where the group matches now. `watermark`: nothing older comes. */
  add(group: G, hit: Hit, watermark: number): readonly number[] | undefined;
  /** From this time on the group is over: it is closed when the watermark passes it. */
  end(group: G): number;
  /** The last word of a group that is over. */
  close(group: G): readonly number[] | undefined;
}

/** Most events that a match carries as evidence. */
export const MAX_EVIDENCE = 32;

/** At most MAX_EVIDENCE of them, the first and the last being kept. */
export function bounded(seqs: readonly number[]): readonly number[] {
  if (seqs.length <= MAX_EVIDENCE) return seqs;
  return [...seqs.slice(0, 1), ...seqs.slice(1 - MAX_EVIDENCE)];
}

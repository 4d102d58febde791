// Which rules matched within the timespan, in any order: each rule's newest hit is all that matters.
import type { Course, SequenceOptions } from './sequence.ts';

/** Of each step the time of its newest hit and the number of its event. */
type Newest = number[];

export function unordered({ steps, timespan }: SequenceOptions): Course<Newest> {
  return {
    empty: Array.from({ length: 2 * steps }, () => Number.NEGATIVE_INFINITY),
    copy: (newest) => newest.slice(),
    take(newest, time, seq, step) {
      newest[2 * step] = time;
      newest[2 * step + 1] = seq;
      const seqs: number[] = [];
      for (let i = 0; i < newest.length; i += 2)
        if (time - (newest[i] ?? 0) <= timespan) seqs.push(newest[i + 1] ?? 0);
      return seqs.length > 1 ? seqs.sort((a, b) => a - b) : seqs;
    },
  };
}

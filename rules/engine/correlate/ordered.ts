// The longest chains of rules in their order. A chain is known by its start: a later start is always the better one, so one
// chain for each last rule and length is enough, however many hits there were.
import type { Course, SequenceOptions } from './sequence.ts';

/** Its start, then the numbers of its events. */
type Chain = readonly number[];
/** By step × steps + length - 1. */
type Chains = (Chain | undefined)[];

export function ordered({ steps, timespan }: SequenceOptions): Course<Chains> {
  return {
    empty: Array.from({ length: steps * steps }, () => undefined),
    copy: (chains) => chains.slice(),
    take(chains, time, seq, step) {
      const own = step * steps;
      let longest: Chain = [time, seq];
      chains[own] = longest;
      for (let before = 0; before < own; before += 1) {
        const chain = chains[before];
        if (chain === undefined || time - (chain[0] ?? 0) > timespan || chain.at(-1) === seq) continue;
        const at = own + chain.length - 1;
        if ((chains[at]?.[0] ?? Number.NEGATIVE_INFINITY) > (chain[0] ?? 0)) continue;
        const longer = [...chain, seq];
        chains[at] = longer;
        if (longer.length > longest.length) longest = longer;
      }
      return longest.slice(1);
    },
  };
}

import type { Outgoing } from './outgoing.ts';

/** Milliseconds between two reports. */
const EVERY = 1000;

export interface Counting {
  counters(): Readonly<Record<string, number>>;
}

/** Sends the counters of all when they changed, not more than once a second. */
export function createCounterReport(outgoing: Outgoing, counting: readonly Counting[]): () => void {
  let sent = '';
  let due = 0;
  return () => {
    const now = performance.now();
    if (now < due) return;
    due = now + EVERY;
    const counters = Object.assign({}, ...counting.map((part) => part.counters())) as Record<string, number>;
    const text = JSON.stringify(counters);
    if (text !== sent) outgoing.notify({ type: 'counters', counters });
    sent = text;
  };
}

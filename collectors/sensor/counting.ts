import type { Outgoing } from './outgoing.ts';
import type { CountersBySensor } from './protocol.ts';

/** Milliseconds between two reports. */
const EVERY = 1000;

export interface CounterReport {
  /** Sends the counters when they changed, not more than once a second. */
  readonly due: () => void;
  readonly now: () => void;
}

export function createCounterReport(outgoing: Outgoing, count: () => CountersBySensor): CounterReport {
  let sent = '';
  let next = 0;

  function now(): void {
    next = performance.now() + EVERY;
    const counters = count();
    const text = JSON.stringify(counters);
    if (text !== sent) outgoing.notify({ type: 'counters', counters });
    sent = text;
  }

  return {
    now,
    due: () => {
      if (performance.now() >= next) now();
    },
  };
}

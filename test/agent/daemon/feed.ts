// A collector that says what a test tells it to, in the place of real sensors.
import type { Collector } from '../../../collectors/collector.ts';
import { createQueue } from '../../../collectors/queue.ts';
import type { Event } from '../../../schema/event.ts';

export interface Feed extends Collector {
  put(event: Event): void;
}

/** `armed` resolves at once unless the test gives its own promise. */
export function createFeed(name = 'feed', armed: Promise<void> = Promise.resolve()): Feed {
  const queue = createQueue<Event>(100_000);
  let dropped = 0;
  return {
    name,
    armed,
    capabilities: () => [{ name: 'see secret read', collector: name, state: 'yes', why: 'a test feeds it' }],
    counters: () => ({ 'events-dropped': dropped }),
    put(event) {
      if (!queue.put(event)) dropped += 1;
    },
    observe: (signal) => queue.drain(signal),
  };
}

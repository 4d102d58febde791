// Joins the sensors into one stream. A sensor waits until its event was taken (its own bounded buffer, and its own
// counters, hold what comes meanwhile), and each gets its turn, so that a flood from one cannot drown another.
import { setImmediate as turn } from 'node:timers/promises';
import type { Collector } from '../../collectors/collector.ts';
import type { Event } from '../../schema/event.ts';

/** Events in a row before timers and sockets get their turn. */
const MAX_RUN = 256;

interface Offer {
  readonly event: Event;
  readonly taken: () => void;
}

/** Ends when the signal aborts or every sensor has ended. `failed` is told of a sensor that threw; the others go on. */
export async function* merge(
  collectors: readonly Collector[],
  signal: AbortSignal,
  failed: (collector: Collector, error: unknown) => void,
): AsyncGenerator<Event> {
  const offers: Offer[] = [];
  const running = new Set(collectors);
  let wake = Promise.withResolvers<void>();

  async function pump(collector: Collector): Promise<void> {
    try {
      for await (const event of collector.observe(signal)) {
        const { promise, resolve } = Promise.withResolvers<void>();
        offers.push({ event, taken: resolve });
        wake.resolve();
        await promise;
      }
    } catch (error) {
      if (!signal.aborted) failed(collector, error);
    }
    running.delete(collector);
    wake.resolve();
  }

  for (const collector of collectors) void pump(collector);
  signal.addEventListener('abort', () => wake.resolve(), { once: true });
  let run = 0;
  while (!signal.aborted && (running.size > 0 || offers.length > 0)) {
    const offer = offers.shift();
    if (offer === undefined) {
      await wake.promise;
      wake = Promise.withResolvers();
      run = 0;
      continue;
    }
    offer.taken();
    yield offer.event;
    run += 1;
    if (run % MAX_RUN === 0) await turn();
  }
}

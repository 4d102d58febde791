import type { Collector } from '../collector.ts';

/** A collector that sees nothing and says why. */
export function createUnavailable(name: string, capabilities: readonly string[], why: string): Collector {
  return {
    name,
    armed: Promise.resolve(),
    capabilities: () =>
      capabilities.map((capability) => ({ name: capability, collector: name, state: 'no', why })),
    counters: () => ({}),
    async *observe() {},
  };
}

// All sensors of this machine, one line each.
import type { Collector, CollectorContext } from './collector.ts';
import { createSensor } from './sensor/index.ts';

/** In the order in which they are shown. None of them observes before it is asked to. */
export function createCollectors(context: CollectorContext): readonly Collector[] {
  return [...createSensor(context)];
}

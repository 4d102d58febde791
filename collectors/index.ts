// All sensors of this machine, one line each.
import { join } from 'node:path';
import type { Collector, CollectorContext } from './collector.ts';
import { createNodeModulesCollector } from './node-modules/index.ts';
import { createSensor } from './sensor/index.ts';
import { createShellHistoryCollector } from './shell-history/index.ts';

/**
 * In the order in which they are shown. None of them observes before it is asked to.
 * `stateDir` is where a collector keeps what it must know after a restart; without it nothing is kept.
 */
export function createCollectors(
  context: CollectorContext,
  { stateDir }: { readonly stateDir?: string } = {},
): readonly Collector[] {
  return [
    ...createSensor(context),
    createNodeModulesCollector(
      context,
      stateDir === undefined ? {} : { snapshotFile: join(stateDir, 'packages.jsonl') },
    ),
    createShellHistoryCollector(context),
  ];
}

import type { Collector } from '../../../collectors/collector.ts';
import type { ProjectInventory } from '../../../collectors/node-modules/index.ts';

export type Inventory = Pick<ProjectInventory, 'find' | 'recentlyChanged' | 'noteProject' | 'inventories'>;

const nothing: Inventory = {
  find: () => undefined,
  recentlyChanged: () => [],
  noteProject: () => {},
  inventories: () => [],
};

/** The collector that knows what is installed; where there is none, nothing is known. */
export function inventoryAmong(collectors: readonly Collector[]): Inventory {
  return collectors.find(isInventory) ?? nothing;
}

function isInventory(collector: Collector): collector is Collector & ProjectInventory {
  return 'recentlyChanged' in collector;
}

// The sensor of this system: what sees processes, secret files, lasting writes and connections.
import { system } from '../../platform/system.ts';
import type { Collector, CollectorContext } from '../collector.ts';
import { createLinuxSensor } from './linux.ts';
import { createUnavailable } from './unavailable.ts';

const notBuilt = 'there is no sensor for this system yet';

/** Never throws; where there is nothing to sense with, the collectors say so. */
export function createSensor(context: CollectorContext): readonly Collector[] {
  if (system === 'linux') {
    const { processes, secretFiles, persistence, egress } = createLinuxSensor(context);
    return [processes, secretFiles, persistence, egress];
  }
  return [
    createUnavailable('processes', ['see process start', 'see process arguments'], notBuilt),
    createUnavailable('secret-files', ['see secret read', 'block secret read'], notBuilt),
    createUnavailable('persistence', ['see sensitive write'], notBuilt),
    createUnavailable('egress', ['see connect', 'see DNS'], notBuilt),
  ];
}

// The simulations. A new one is a folder and a line here.
import { abusedTools } from './abused-tools/index.ts';
import { harvestAndExfil } from './harvest-and-exfil/index.ts';
import { importTimeHarvest } from './import-time-harvest/index.ts';
import { lifecycleSshKey } from './lifecycle-ssh-key/index.ts';
import { pastedLure } from './pasted-lure/index.ts';
import { pipedDownload } from './piped-download/index.ts';
import type { Simulation } from './simulation.ts';

export type { Simulation } from './simulation.ts';
export { openStage, type Stage } from './stage/stage.ts';

export const simulations: readonly Simulation[] = [
  lifecycleSshKey,
  harvestAndExfil,
  importTimeHarvest,
  pipedDownload,
  abusedTools,
  pastedLure,
];

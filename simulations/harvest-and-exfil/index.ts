import { join } from 'node:path';
import { rule } from '../rules.ts';
import type { Simulation } from '../simulation.ts';

const folder = import.meta.dirname;

export const harvestAndExfil: Simulation = {
  id: 'harvest-and-exfil',
  title: 'A postinstall script tours the secret stores and connects',
  description:
    'npm installs a package whose postinstall script reads an SSH key, cloud and forge credentials, a developer wallet, browser passwords and a wallet extension (decoys in a temporary home) and connects to a listener on this machine.',
  expects: [
    rule.keyOrVaultOpenedByPackageCode,
    rule.secretOpenedByPackageCode,
    rule.browserStoreOpened,
    rule.walletExtensionOpened,
    rule.secretsHarvestedByLifecycleScript,
  ],
  expectsWithConnections: [rule.secretReadThenConnected],
  run: (stage) => stage.install(join(folder, 'attack')),
  // A package whose postinstall asks npm for its settings (npm reads ~/.npmrc) and looks around in its own directory.
  twin: (stage) => stage.install(join(folder, 'twin')),
};

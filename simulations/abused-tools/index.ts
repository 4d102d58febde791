import { join } from 'node:path';
import { rule } from '../rules.ts';
import type { Simulation } from '../simulation.ts';

const folder = import.meta.dirname;

export const abusedTools: Simulation = {
  id: 'abused-tools',
  title: 'A postinstall script asks the developer’s own tools for secrets',
  description:
    'npm installs a package whose postinstall script asks gh for a token, runs a secret scanner and starts a coding agent without its safeguards. All three are empty scripts that the package brings.',
  expects: [rule.tokenMintedByPackageCode, rule.secretScannerRunByPackageCode, rule.agentDrivenByPackageCode],
  expectsWithConnections: [],
  run: (stage) => stage.install(join(folder, 'attack')),
  // A package that asks such tools for no more than their version.
  twin: (stage) => stage.install(join(folder, 'twin')),
};

import { join } from 'node:path';
import { rule } from '../rules.ts';
import type { Simulation } from '../simulation.ts';

const folder = import.meta.dirname;

export const lifecycleSshKey: Simulation = {
  id: 'lifecycle-ssh-key',
  title: 'A postinstall script reads an SSH key and connects',
  description:
    'npm installs a package whose postinstall script reads ~/.ssh/id_ed25519 (a decoy in a temporary home) and connects to a listener on this machine.',
  expects: [rule.keyOrVaultOpenedByPackageCode],
  expectsWithConnections: [rule.secretReadThenConnected],
  run: (stage) => stage.install(join(folder, 'attack')),
  // A package whose postinstall fetches something and writes a file of its own, while npm reads ~/.npmrc.
  twin: (stage) => stage.install(join(folder, 'twin')),
};

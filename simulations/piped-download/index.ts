import { join } from 'node:path';
import { rule } from '../rules.ts';
import type { Simulation } from '../simulation.ts';

const folder = import.meta.dirname;

export const pipedDownload: Simulation = {
  id: 'piped-download',
  title: 'A postinstall script pipes a download into a shell',
  description:
    'npm installs a package whose postinstall script fetches a program (`true`) from a listener on this machine and hands it straight to sh.',
  expects: [rule.downloadPipedToInterpreter],
  expectsWithConnections: [],
  run: (stage) => stage.install(join(folder, 'attack')),
  // A package that fetches its binary inside Node and writes it beside itself.
  twin: (stage) => stage.install(join(folder, 'twin')),
};

// A real npm install of packages whose postinstall scripts write somewhere.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Dependency {
  readonly name: string;
  /** Run by sh in the package's directory, with HOME and PROJECT set. */
  readonly postinstall: string;
  readonly files?: Readonly<Record<string, string>>;
}

export interface World {
  readonly home: string;
  readonly project: string;
}

/** `scripts`: the project's own. */
export function makeWorld(room: string, scripts: Readonly<Record<string, string>> = {}): World {
  const world = { home: join(room, 'home'), project: join(room, 'home', 'work', 'project') };
  for (const directory of ['.ssh', '.config', '.local/bin', 'Documents'])
    mkdirSync(join(world.home, directory), { recursive: true });
  for (const directory of ['.git/hooks', '.vscode'])
    mkdirSync(join(world.project, directory), { recursive: true });
  for (const file of ['.bashrc', '.profile', '.gitconfig']) writeFileSync(join(world.home, file), '# mine\n');
  writeFileSync(
    join(world.project, 'package.json'),
    JSON.stringify({ name: 'victim', version: '1.0.0', scripts }),
  );
  return world;
}

/** Resolves when npm has ended; throws what it said where it failed. */
export async function install(
  room: string,
  world: World,
  dependencies: readonly Dependency[],
): Promise<void> {
  const directories = dependencies.map(({ name, postinstall, files = {} }) => {
    const directory = join(room, 'registry', name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(
      join(directory, 'package.json'),
      JSON.stringify({ name, version: '1.0.1', scripts: { postinstall } }),
    );
    for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
    return directory;
  });
  const flags = [
    '--offline',
    '--no-audit',
    '--no-fund',
    '--install-links',
    '--dangerously-allow-all-scripts',
  ];
  const env = {
    ...process.env,
    HOME: world.home,
    PROJECT: world.project,
    npm_config_cache: join(room, 'cache'),
  };
  const npm = spawn('npm', ['install', ...flags, ...directories], {
    cwd: world.project,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  npm.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(npm, 'close')) as [number | null];
  if (code !== 0) throw new Error(`npm install failed: ${said}`);
}

// The package managers that the proof runs. npm is the machine's own; the others come from the registry once and are kept.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const managerNames = ['npm', 'pnpm', 'yarn', 'yarn-berry', 'bun'] as const;
export type ManagerName = (typeof managerNames)[number];

interface Recipe {
  readonly package: string;
  readonly version: string;
  /** Command below the global prefix. */
  readonly command: string;
}

const bun = process.arch === 'arm64' ? 'bun-linux-aarch64' : 'bun-linux-x64';

const recipes: Readonly<Record<Exclude<ManagerName, 'npm'>, Recipe>> = {
  pnpm: { package: 'pnpm', version: '12.21.0', command: 'bin/pnpm' },
  yarn: { package: 'yarn', version: '1.22.22', command: 'bin/yarn' },
  'yarn-berry': { package: '@yarnpkg/cli-dist', version: '4.18.1', command: 'bin/yarn' },
  bun: { package: `@oven/${bun}`, version: '1.4.5', command: `lib/node_modules/@oven/${bun}/bin/bun` },
};

/** Path of the command. Rejects where the package manager is neither here nor to be had. */
export async function obtainManager(name: ManagerName): Promise<string> {
  if (name === 'npm') return (await run('sh', ['-c', 'command -v npm'])).stdout.trim();
  const recipe = recipes[name];
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'lifeguard-managers');
  const prefix = join(cache, `${name}-${recipe.version}`);
  if (!existsSync(prefix)) {
    // Installed beside and renamed, so that an interrupted install is never taken for a whole one.
    const fresh = `${prefix}.${process.pid}`;
    await mkdir(cache, { recursive: true });
    try {
      const flags = [
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--no-update-notifier',
        '--loglevel=error',
      ];
      await run(
        'npm',
        ['install', '-g', '--prefix', fresh, ...flags, `${recipe.package}@${recipe.version}`],
        {
          timeout: 60_000,
        },
      );
      await rename(fresh, prefix);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }
  return join(prefix, recipe.command);
}

/** Arguments of an install that runs the scripts of dependencies, from local archives alone. */
export function installArguments(name: ManagerName): readonly string[] {
  return flags[name];
}

const flags: Readonly<Record<ManagerName, readonly string[]>> = {
  npm: [
    'install',
    '--offline',
    '--dangerously-allow-all-scripts',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
  ],
  pnpm: ['install', '--offline', '--dangerously-allow-all-builds', '--config.side-effects-cache=false'],
  yarn: ['install', '--offline', '--non-interactive', '--no-progress'],
  'yarn-berry': ['install', '--no-immutable'],
  bun: ['install'],
};

// The real package managers, fetched by name once and kept beside the checkout's own packages.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const cache = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'lifeguard-managers');

export interface Manager {
  readonly name: string;
  /** As the registry knows it; undefined: the one on PATH. */
  readonly spec?: string;
  readonly bin: string;
  readonly kind: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Files that choose how it works. `registry` ends in a slash. */
  readonly config?: (registry: string) => Record<string, string>;
}

const berryConfig = (linker: string) => (registry: string) => ({
  '.yarnrc.yml': [
    `npmRegistryServer: "${registry.slice(0, -1)}"`,
    'unsafeHttpWhitelist: ["127.0.0.1"]',
    `nodeLinker: ${linker}`,
    'enableTelemetry: false',
    'enableImmutableInstalls: false',
    '',
  ].join('\n'),
  'yarn.lock': '',
});

export const managers: readonly Manager[] = [
  { name: 'npm', bin: 'npm', kind: 'npm' },
  { name: 'pnpm 8', spec: 'pnpm@8', bin: 'pnpm', kind: 'pnpm' },
  { name: 'pnpm 10', spec: 'pnpm@10', bin: 'pnpm', kind: 'pnpm' },
  {
    name: 'pnpm 10, hoisted',
    spec: 'pnpm@10',
    bin: 'pnpm',
    kind: 'pnpm',
    config: () => ({ 'pnpm-workspace.yaml': 'nodeLinker: hoisted\n' }),
  },
  { name: 'yarn 1', spec: 'yarn@1', bin: 'yarn', kind: 'yarn' },
  {
    name: 'yarn 4, node_modules',
    spec: '@yarnpkg/cli-dist@4',
    bin: 'yarn',
    kind: 'yarn',
    config: berryConfig('node-modules'),
  },
  {
    name: 'yarn 4, Plug’n’Play',
    spec: '@yarnpkg/cli-dist@4',
    bin: 'yarn',
    kind: 'yarn',
    config: berryConfig('pnp'),
  },
  { name: 'bun', spec: 'bun@1', bin: 'bun', kind: 'bun' },
  {
    name: 'bun, isolated',
    spec: 'bun@1',
    bin: 'bun',
    kind: 'bun',
    config: () => ({ 'bunfig.toml': '[install]\nlinker = "isolated"\n' }),
  },
];

/** Path of the manager's executable, or why it cannot be had. */
export function locate({ spec, bin }: Manager): { path: string } | { why: string } {
  if (spec === undefined) {
    return spawnSync(bin, ['--version']).status === 0 ? { path: bin } : { why: `${bin} is not on PATH` };
  }
  const directory = join(cache, spec.replaceAll('/', '+'));
  const path = join(directory, 'node_modules', '.bin', bin);
  if (!existsSync(path)) fetch(spec, directory);
  return existsSync(path) ? { path } : { why: `${spec} could not be fetched from the registry` };
}

/** Fetched beside and moved into place, so that two test runs do not see each other's half. */
function fetch(spec: string, directory: string): void {
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'fetch-'));
  try {
    writeFileSync(join(fresh, 'package.json'), '{}');
    const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', spec];
    spawnSync('npm', args, { cwd: fresh, stdio: 'ignore', timeout: 120_000 });
    if (existsSync(join(fresh, 'node_modules', '.bin'))) renameSync(fresh, directory);
  } catch {
    // Another run was faster.
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

export interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** Runs it in `cwd` with nothing of this machine's settings, caches and stores. `own` is a directory for all of them. */
export async function run(
  path: string,
  args: readonly string[],
  cwd: string,
  own: string,
  registry: string,
): Promise<Run> {
  const env = {
    PATH: process.env['PATH'],
    HOME: own,
    npm_config_registry: registry,
    npm_config_cache: join(own, 'npm'),
    npm_config_store_dir: join(own, 'store'),
    npm_config_update_notifier: 'false',
    XDG_CACHE_HOME: join(own, 'cache'),
    XDG_DATA_HOME: join(own, 'data'),
    YARN_CACHE_FOLDER: join(own, 'yarn'),
    YARN_REGISTRY: registry,
    YARN_GLOBAL_FOLDER: join(own, 'berry'),
    BUN_INSTALL_CACHE_DIR: join(own, 'bun'),
    BUN_CONFIG_REGISTRY: registry,
  };
  const child = spawn(path, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output };
}

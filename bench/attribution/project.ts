// A throw-away project whose dependencies are archives made here.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface FixturePackage {
  readonly name: string;
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  /** Further files, name to content. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Packs each package into `directory/archives`. */
export async function packPackages(directory: string, packages: readonly FixturePackage[]): Promise<void> {
  const archives = join(directory, 'archives');
  await mkdir(archives, { recursive: true });
  for (const { name, version, scripts, files = {} } of packages) {
    const unpacked = join(directory, 'unpacked', fileName(name), 'package');
    await mkdir(unpacked, { recursive: true });
    await writeFile(join(unpacked, 'package.json'), JSON.stringify({ name, version, scripts }));
    for (const [file, content] of Object.entries(files)) await writeFile(join(unpacked, file), content);
    await run('tar', ['czf', join(archives, `${fileName(name)}.tgz`), '-C', join(unpacked, '..'), 'package']);
  }
}

/** Writes a project that depends on the packed packages, ready for any of the package managers. */
export async function writeProject(
  directory: string,
  archives: string,
  packages: readonly FixturePackage[],
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const manifest = {
    name: 'fixture-project',
    version: '0.0.0',
    private: true,
    dependencies: Object.fromEntries(
      packages.map(({ name }) => [name, `file:${join(archives, `${fileName(name)}.tgz`)}`]),
    ),
    trustedDependencies: packages.map(({ name }) => name),
  };
  await writeFile(join(directory, 'package.json'), JSON.stringify(manifest, undefined, 2));
  const yarnrc = [
    'enableScripts: true',
    'enableTelemetry: false',
    'enableGlobalCache: false',
    'enableNetwork: false',
  ];
  await writeFile(join(directory, '.yarnrc.yml'), `${yarnrc.join('\n')}\n`);
}

function fileName(name: string): string {
  return name.replace('@', '').replace('/', '-');
}

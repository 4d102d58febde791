// A project of some 450 real packages from the registry, and `npm ci` in it from a warm cache.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a web developer's project asks for. */
const DEPENDENCIES = ['next@15', 'react@19', 'react-dom@19', 'webpack@5', 'eslint@9', 'express@5', 'jest@29'];

export interface Project {
  readonly directory: string;
  readonly packages: number;
  /** Removes node_modules and installs again; gives the wall time in ms. */
  install(): Promise<number>;
}

/** Resolves the dependencies and fills the cache, once; `directory` holds the project and npm's cache. */
export async function prepareProject(directory: string): Promise<Project> {
  const project = join(directory, 'project');
  await mkdir(project, { recursive: true });
  const dependencies = Object.fromEntries(DEPENDENCIES.map((spec) => spec.split('@') as [string, string]));
  await writeFile(
    join(project, 'package.json'),
    JSON.stringify({ name: 'bench', version: '1.0.0', dependencies }, null, 2),
  );
  const cache = ['--cache', join(directory, 'cache'), '--no-audit', '--no-fund', '--loglevel=error'];
  await npm(['install', '--package-lock-only', ...cache], project);
  const lock = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')) as { packages: object };

  async function install(): Promise<number> {
    await rm(join(project, 'node_modules'), { recursive: true, force: true });
    const started = performance.now();
    await npm(['ci', '--prefer-offline', ...cache], project);
    return performance.now() - started;
  }

  await install();
  return { directory: project, packages: Object.keys(lock.packages).length - 1, install };
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const child = spawn('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`npm ${args[0]} failed with ${String(code)}`);
}

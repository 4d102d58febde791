// A small checkout with the real bin/ and a real lockfile, whose only package is the pinned runtime as a local folder:
// a real `npm ci` sets it up without a registry.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const runtime = { linux: 'node-linux', darwin: process.arch === 'arm64' ? 'node-bin-darwin' : 'node-darwin' };
const runtimeName = `${runtime[process.platform as 'linux' | 'darwin']}-${process.arch}`;

export interface Checkout {
  readonly root: string;
  remove(): void;
}

/** `main` is the text of its agent/cli/main.ts. */
export function makeCheckout(main: string): Checkout {
  const root = mkdtempSync(join(tmpdir(), 'lifeguard-checkout-'));
  cpSync(join(import.meta.dirname, '..', '..', 'bin'), join(root, 'bin'), { recursive: true });
  mkdirSync(join(root, 'agent', 'cli'), { recursive: true });
  writeFileSync(join(root, 'agent', 'cli', 'main.ts'), main);
  mkdirSync(join(root, 'runtime', 'bin'), { recursive: true });
  symlinkSync(process.execPath, join(root, 'runtime', 'bin', 'node'));
  writeJson(join(root, 'runtime', 'package.json'), { name: runtimeName, version: '1.0.0' });
  const dependencies = { [runtimeName]: 'file:runtime' };
  const manifest = {
    name: 'lifeguard',
    version: '0.0.0',
    type: 'module',
    bin: { lifeguard: 'bin/lifeguard.js' },
  };
  writeJson(join(root, 'package.json'), { ...manifest, dependencies });
  writeJson(join(root, 'package-lock.json'), {
    name: 'lifeguard',
    version: '0.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { ...manifest, dependencies },
      [`node_modules/${runtimeName}`]: { resolved: 'runtime', link: true },
      runtime: { name: runtimeName, version: '1.0.0' },
    },
  });
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export function writeJson(file: string, value: unknown): void {
  writeFileSync(file, JSON.stringify(value));
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. `started` is called with the process as soon as it has one. */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; uid?: number; gid?: number } = {},
  started: (child: ReturnType<typeof spawn>) => void = () => {},
): Promise<Ended> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  started(child);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, exitSignal) => resolve([exitCode, exitSignal]));
  });
  return { code, signal, stdout, stderr };
}

/** The pid of a process that has ended. */
export function deadPid(): number {
  return Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
}

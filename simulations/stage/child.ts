// Runs a program to its end, with all that it started: a process group of its own, which is killed when the time is over.
import { spawn } from 'node:child_process';
import { system } from '../../platform/system.ts';
import { StageError } from './error.ts';

export interface ChildOptions {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

const TIMEOUT = 120_000;
const MAX_OUTPUT = 64 * 1024;

/** Resolves with what it wrote to stdout. Rejects with E_PROGRAM_FAILED, whose message ends in what it said last. */
export function runChild(
  program: string,
  words: readonly string[],
  { directory, env, signal }: ChildOptions,
): Promise<string> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const windows = system === 'win32';
  const child = spawn(program, words, {
    cwd: directory,
    env,
    detached: !windows,
    // npm is a .cmd file there.
    shell: windows,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complained = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_OUTPUT);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained = (complained + text).slice(-MAX_OUTPUT);
  });
  const kill = (): void => killGroup(child.pid);
  const timer = setTimeout(kill, TIMEOUT);
  signal.addEventListener('abort', kill, { once: true });
  child.on('error', (error) =>
    reject(new StageError('E_PROGRAM_FAILED', `${program} cannot be started: ${error.message}`, error)),
  );
  child.on('close', (code, ended) => {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    // What it left behind in its group must not outlive the simulation.
    kill();
    if (signal.aborted) reject(signal.reason as Error);
    else if (code === 0) resolve(said);
    else
      reject(
        new StageError(
          'E_PROGRAM_FAILED',
          `${program} ${words[0] ?? ''} failed (${ended ?? `exit ${code}`}): ${lastLines(complained || said)}`,
        ),
      );
  });
  return promise;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(system === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It is gone: that is what was wanted.
  }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ').slice(-400);
}

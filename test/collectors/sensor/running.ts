// The agent of agent.ts as a child, and reads of a secret by other processes.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Capability } from '../../../schema/capability.ts';

export interface Running {
  readonly child: ChildProcess;
  readonly capabilities: readonly Capability[];
  readonly log: readonly string[];
  stop(): Promise<void>;
}

export interface RunOptions {
  readonly homes: readonly string[];
  readonly script: URL;
  readonly env?: Readonly<Record<string, string>>;
  /** A program that runs the agent with other rights: `setpriv` and its arguments. */
  readonly under?: readonly string[];
}

/** Resolves when the agent is armed. */
export async function runAgent({ homes, script, env = {}, under = [] }: RunOptions): Promise<Running> {
  const program = fileURLToPath(new URL('./agent.ts', import.meta.url));
  const [command = '', ...args] = [...under, process.execPath, program, script.href, ...homes];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    child,
    ...(JSON.parse(line) as Pick<Running, 'capabilities' | 'log'>),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

export interface Read {
  readonly text: string;
  readonly exitCode: number | null;
  /** Milliseconds. */
  readonly took: number;
}

/** `cat PATH` by a process of the class, or of none. */
export async function readBy(lineageClass: string | undefined, path: string): Promise<Read> {
  const start = performance.now();
  const env = lineageClass === undefined ? {} : { LIFEGUARD_TEST_CLASS: lineageClass };
  const child = spawn('cat', [path], { env: { PATH: process.env['PATH'], ...env } });
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { text, exitCode, took: performance.now() - start };
}

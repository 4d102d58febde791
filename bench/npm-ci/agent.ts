// The agent as a laptop runs it, with its state in a directory of its own.
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Alert } from '../../schema/alert.ts';
import type { Status } from '../../schema/local.ts';

const READY_WITHIN = 60_000;
const cli = join(import.meta.dirname, '..', '..', 'bin', 'lifeguard.js');
const run = promisify(execFile);

export interface Agent {
  status(): Promise<Status>;
  alerts(): Promise<Alert[]>;
  stop(): Promise<void>;
}

/** Starts it and waits until its sensors are armed. */
export async function startAgent(directory: string): Promise<Agent> {
  const stateDir = join(directory, 'state');
  const config = join(directory, 'agent.yaml');
  await mkdir(directory, { recursive: true });
  await writeFile(config, `mode: audit\nhomes: auto\nstateDir: ${stateDir}\n`);
  const child = spawn(process.execPath, [cli, 'agent', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4096)));
  const ask = async (...args: string[]): Promise<string> =>
    (
      await run(process.execPath, [cli, ...args, '--json', '--config', config], {
        maxBuffer: 64 * 1024 * 1024,
      })
    ).stdout;
  const status = async (): Promise<Status> => JSON.parse(await ask('status')) as Status;
  await ready(child, status, () => errors);
  return {
    status,
    alerts: async () =>
      (await ask('alerts')).split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Alert])),
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function ready(
  child: ChildProcess,
  status: () => Promise<Status>,
  errors: () => string,
): Promise<void> {
  const deadline = Date.now() + READY_WITHIN;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) break;
    const now = await status().catch(() => undefined);
    if (now?.ready) return;
    await delay(250);
  }
  child.kill('SIGKILL');
  throw new Error(`the agent was not ready: ${errors()}`);
}

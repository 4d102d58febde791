// The central collector as a child process: its side of the conversation that main.ts describes.
import * as v from 'valibot';
import { type FromCentral, toCentral } from '../../schema/central-process.ts';
import type { CentralConfig } from '../../schema/config.ts';
import { CentralError } from './central-error.ts';
import { createLog, type Log } from './log.ts';
import type { RunningCentral } from './main.ts';

type Start = (config: CentralConfig, log: Log) => Promise<RunningCentral>;

/** Runs until the parent or a signal ends it; then the process exits. */
export async function converse(start: Start): Promise<void> {
  if (!process.send) {
    console.error('lifeguard: the central collector is started by `lifeguard central` or `lifeguard up`');
    process.exitCode = 2;
    return;
  }
  let running: RunningCentral | undefined;
  let ending = false;

  async function end(code: number): Promise<void> {
    if (ending) return;
    ending = true;
    // Whatever hangs, the parent is not kept waiting.
    setTimeout(() => process.exit(code), 5000).unref();
    await running?.close();
    process.exit(code);
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  process.on('disconnect', () => void end(0));

  async function answer(message: unknown): Promise<void> {
    const request = parse(message);
    if (request.type === 'start') {
      running = await start(request.config, createLog(request.verbose));
      if (ending) return running.close();
      const { agentUrl, consoleUrl } = running;
      tell({ type: 'ready', agentUrl, consoleUrl, signInLink: running.createSignInLink() });
    } else if (!running) throw new CentralError('E_CONFIG', `${request.type} was asked for before the start`);
    else if (request.type === 'token') tell({ type: 'token', token: await running.createToken() });
    else tell({ type: 'link', link: running.createSignInLink() });
  }

  process.on('message', (message) => {
    answer(message).catch(async (error: unknown) => {
      tell(failure(error));
      if (!running) await end(1);
    });
  });
}

function parse(message: unknown): v.InferOutput<typeof toCentral> {
  const parsed = v.safeParse(toCentral, message);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new CentralError('E_CONFIG', `${v.getDotPath(issue) ?? 'the message'}: ${issue.message}`);
}

function tell(message: FromCentral): void {
  if (process.connected) process.send?.(message);
}

function failure(error: unknown): FromCentral {
  const code = error instanceof CentralError ? error.code : 'E_INTERNAL';
  return { type: 'failed', code, message: error instanceof Error ? error.message : String(error) };
}

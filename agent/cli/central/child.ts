// `lifeguard central` in the foreground: the central collector runs as a child (the command may not import it), and ends
// with this process. Its own log goes to stderr as it is.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { fromCentral, type FromCentral, type ToCentral } from '../../../schema/central-process.ts';
import type { CentralConfig } from '../../../schema/config.ts';
import { CommandFailure } from '../failure.ts';
import { interruption } from '../up/interruption.ts';

const main = fileURLToPath(new URL('../../../central/server/main.ts', import.meta.url));

/** How long it may take to end by itself, ms. */
const GRACE = 8000;

export type Ready = Extract<FromCentral, { type: 'ready' }>;

/** Runs until a signal ends it. Rejects when it cannot start, or ends by itself. */
export async function runCentral(
  config: CentralConfig,
  verbose: boolean,
  ready: (message: Ready) => void,
): Promise<void> {
  // A process group of its own: Ctrl-C reaches this process, which then ends the child in order.
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    detached: true,
  });
  const interrupted = interruption(() => child.kill('SIGKILL'));
  const failure = ended(child);
  child.on('message', (message) => {
    const parsed = v.safeParse(fromCentral, message);
    if (parsed.success && parsed.output.type === 'ready') ready(parsed.output);
  });
  try {
    child.send({ type: 'start', config, verbose } satisfies ToCentral, () => {});
    await Promise.race([failure, interrupted.promise]);
  } finally {
    await stop(child);
    interrupted.release();
  }
}

/** Rejects when the child ends or says that it failed. */
function ended(child: ChildProcess): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  child.on('message', (message) => {
    const parsed = v.safeParse(fromCentral, message);
    if (!parsed.success || parsed.output.type !== 'failed') return;
    reject(new CommandFailure(`${parsed.output.message} (${parsed.output.code})`));
  });
  child.once('error', (error) => reject(error));
  child.once('exit', (code, signal) =>
    reject(new CommandFailure(`the central collector ended by itself (${signal ?? `exit code ${code}`})`)),
  );
  // When a signal came first, nobody listens any more.
  promise.catch(() => {});
  return promise;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), GRACE);
  await gone;
  clearTimeout(force);
}

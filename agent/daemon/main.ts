// The agent's entry. It runs until SIGTERM, SIGINT or the end of its IPC channel (exit 0). What keeps it from starting is
// one line on stderr and exit 1, 2 where the command line or the configuration is wrong, 3 where another agent holds the
// state directory.
//
//   node agent/daemon/main.ts [--config FILE] [--state-dir DIR] [--verbose]
//
// reads the file itself and follows its changes; `lifeguard agent` becomes this by execve. LIFEGUARD_CONFIG and
// LIFEGUARD_STATE_DIR stand in for the options. As a child of `lifeguard up` it takes its configuration over IPC instead
// (schema/agent-process.ts):
//
//   spawn(process.execPath, [...flags, '…/agent/daemon/main.ts'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
//
//   parent ──► {type: 'start', config, configFile?, verbose?}      first message; `config.stateDir` must be set
//   child  ──► {type: 'listening', socket}, then {type: 'ready'}   or {type: 'failed', code, message}, then exit
//
// Logs go to stderr: readable lines on a terminal, else JSON (`level` as a word, `time`, `msg`).
import './small-heap.ts';
import { createCollectors } from '../../collectors/index.ts';
import { releaseMemory } from '../../platform/memory.ts';
import type { FromAgent } from '../../schema/agent-process.ts';
import { startDaemon } from './daemon.ts';
import { createLog } from './log.ts';
import { type Start, startFromCommand, startFromMessage } from './start.ts';

/** How long an orderly end may take; then it is cut short. What was put is on the disk all the same, ms. */
const GRACE = 5_000;

/** What is done once after a start is done by then, ms. */
const SETTLED = 30_000;

/** Resident memory that a burst of work has left behind is given back when it is more than this, bytes, looked at every so often, ms. */
const MUCH = 96 * 1024 * 1024;
const BETWEEN = 300_000;

/** Exit codes of errors that have one of their own. */
const exitCodes: Readonly<Record<string, number>> = { E_USAGE: 2, E_CONFIG: 2, E_ALREADY_RUNNING: 3 };

process.umask(0o077);
if (process.send) process.once('message', (message) => void start(() => startFromMessage(message)));
else void start(() => startFromCommand(process.argv.slice(2), process.env));

async function start(read: () => Start): Promise<void> {
  try {
    await run(read());
  } catch (error) {
    const { code = 'E_START', message } = error as Error & { code?: string };
    if (process.send) tell({ type: 'failed', code, message: message.slice(0, 8192) });
    else console.error(`lifeguard: ${message}`);
    process.exitCode = exitCodes[code] ?? 1;
    // What was begun must not keep a process alive that does no work.
    setImmediate(() => process.exit());
  }
}

async function run({ config, configFile, stateDir, verbose }: Start): Promise<void> {
  const log = await createLog({ verbose });
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'the agent failed and ends');
    process.exit(1);
  });
  const daemon = await startDaemon({
    config,
    configFile,
    stateDir,
    log,
    createCollectors: (context) => createCollectors(context, { stateDir }),
  });
  log.info({ pid: process.pid, stateDir, mode: config.mode }, 'the agent runs');
  tell({ type: 'listening', socket: daemon.socket });

  let ending = false;
  async function end(why: string): Promise<void> {
    if (ending) return process.exit(1);
    ending = true;
    log.info({ why }, 'the agent ends');
    setTimeout(() => process.exit(1), GRACE).unref();
    await daemon.stop();
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));
  process.on('disconnect', () => void end('its parent is gone'));

  await daemon.ready;
  log.info({ socket: daemon.socket }, 'every available sensor is armed');
  tell({ type: 'ready' });
  await releaseMemory();
  // Once more when it has connected and looked at the projects: that, too, happens once.
  setTimeout(() => void releaseMemory(), SETTLED).unref();
  setInterval(() => process.memoryUsage.rss() > MUCH && void releaseMemory(), BETWEEN).unref();
}

function tell(message: FromAgent): void {
  // A parent that is gone is noticed by `disconnect`.
  process.send?.(message, undefined, undefined, () => {});
}

// The state directory: made with the rights that its content needs, and held by one agent at a time.
import {
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { agentSocket } from '../../platform/state-directory.ts';
import { system } from '../../platform/system.ts';

export interface State {
  readonly directory: string;
  readonly socket: string;
  readonly outbox: string;
  readonly key: string;
  readonly enrolment: string;
  readonly intel: string;
  /** Whether this device has joined a central collector. */
  hasJoined(): boolean;
  release(): void;
}

export class StateError extends Error {
  readonly code: 'E_STATE_DIRECTORY' | 'E_ALREADY_RUNNING';
  constructor(code: StateError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/**
 * Makes what is missing and locks it for this process's life. Everybody may pass through to the local API's socket;
 * everything else is the agent's own. Throws `StateError`.
 */
export async function openState(directory: string): Promise<State> {
  makeDirectory(directory, 0o711);
  makeDirectory(join(directory, 'run'), 0o755);
  const lock = await takeLock(join(directory, 'run', 'agent.pid'), directory);
  return {
    directory,
    socket: agentSocket(directory),
    outbox: join(directory, 'outbox.db'),
    key: join(directory, 'device.key'),
    enrolment: join(directory, 'enrolment.json'),
    intel: join(directory, 'intel.db'),
    hasJoined: () => existsSync(join(directory, 'enrolment.json')),
    release: () => closeSync(lock),
  };
}

function makeDirectory(path: string, mode: number): void {
  try {
    mkdirSync(path, { recursive: true, mode });
    const stats = lstatSync(path);
    if (!stats.isDirectory()) throw new Error('it is no directory');
    const uid = process.getuid?.();
    if (uid !== undefined && stats.uid !== uid)
      throw new Error(`it belongs to uid ${stats.uid}, and this agent runs as uid ${uid}`);
    chmodSync(path, mode);
  } catch (error) {
    const why = (error as Error).message;
    throw new StateError('E_STATE_DIRECTORY', `the state directory ${path} cannot be used: ${why}`, error);
  }
}

/** The kernel lets go of the lock when this process ends, however it ends; the number in the file is for people. */
async function takeLock(file: string, directory: string): Promise<number> {
  const descriptor = openSync(file, 'a+', 0o600);
  if (system === 'linux') {
    const { lockDescriptor } = await import('../../platform/linux/flock.ts');
    if (!lockDescriptor(descriptor)) {
      closeSync(descriptor);
      const other = readFileSync(file, 'utf8').trim();
      throw new StateError(
        'E_ALREADY_RUNNING',
        `another agent (pid ${other}) is already running with the state directory ${directory}`,
      );
    }
  }
  try {
    ftruncateSync(descriptor);
    writeSync(descriptor, `${process.pid}\n`);
  } catch {
    // On a full disk the file stays empty; the lock holds all the same.
  }
  return descriptor;
}

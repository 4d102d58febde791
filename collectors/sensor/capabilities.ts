// What the sensor can do here, in the words of the capability table.
import type { Capability } from '../../schema/capability.ts';
import type { FileProof } from './canary.ts';
import type { Failure } from './protocol.ts';

/** How far the sensor has come. */
export type State =
  | { readonly is: 'starting' }
  | { readonly is: 'dead'; readonly why: string }
  | {
      readonly is: 'armed';
      readonly secretFiles: Failure | undefined;
      readonly processes: Failure | undefined;
      readonly egress: Failure | undefined;
      readonly persistence: Failure | undefined;
      readonly proof: FileProof | undefined;
      /** What the egress sensor's self-test met; undefined is success. */
      readonly connecting: string | undefined;
      /** The same of the sensor of writes. */
      readonly writing: string | undefined;
    };

type Words = Pick<Capability, 'state' | 'why' | 'remedy'>;

const RUN_AS_ROOT = 'run the agent as root (a service), or give it CAP_SYS_ADMIN';
const LONGEST = 500;

export function secretFileCapabilities(
  state: State,
  counters: Readonly<Record<string, number>>,
): readonly Capability[] {
  const seeing = state.is === 'armed' ? seen(state, counters) : notArmed(state);
  const blocking = state.is === 'armed' ? blocked(state) : notArmed(state);
  return [
    { name: 'see secret read', collector: 'secret-files', ...seeing },
    { name: 'block secret read', collector: 'secret-files', ...blocking },
  ];
}

export function processCapabilities(state: State): readonly Capability[] {
  const starting = state.is === 'armed' ? started(state) : notArmed(state);
  return [
    { name: 'see process start', collector: 'processes', ...starting },
    { name: 'see process arguments', collector: 'processes', ...argumentsOf(starting) },
  ];
}

export function egressCapabilities(state: State): readonly Capability[] {
  const seeing = state.is === 'armed' ? connected(state) : notArmed(state);
  return [
    { name: 'see connect', collector: 'egress', ...seeing },
    { name: 'see DNS', collector: 'egress', ...seeing, ...(seeing.state === 'yes' && PLAIN_DNS) },
  ];
}

export function persistenceCapabilities(
  state: State,
  counters: Readonly<Record<string, number>>,
): readonly Capability[] {
  const seeing = state.is === 'armed' ? wrote(state, counters) : notArmed(state);
  return [{ name: 'see sensitive write', collector: 'persistence', ...seeing }];
}

function wrote(
  { persistence, writing, secretFiles, proof }: Armed,
  counters: Readonly<Record<string, number>>,
): Words {
  if (persistence) {
    const remedy = persistence.code === 'EPERM' ? RUN_AS_ROOT : 'use Linux 5.17 or later';
    return { ...no(`the kernel does not tell of writes (${persistence.message})`), remedy };
  }
  if (writing !== undefined) return no(writing);
  // Homes are followed together with their secrets.
  if (secretFiles ?? proof?.seeing)
    return no('homes are not followed, because reads of secrets are not seen');
  const unwatched = (counters['write-marks-refused'] ?? 0) + (counters['without-handles'] ?? 0);
  const skipped = counters['write-directories-skipped'] ?? 0;
  if (unwatched + skipped > 0) {
    const why = `${unwatched} places could not be watched and ${skipped} were too many; the log names them`;
    return { state: 'degraded', why, remedy: 'look for "not watched" in the log of the agent' };
  }
  return { state: 'yes', why: 'a file that another process wrote was seen' };
}

const PLAIN_DNS: Words = {
  state: 'degraded',
  why: 'names asked over UDP port 53 are seen; a resolver reached over a UNIX socket, TLS or HTTPS is not',
};

function connected({ egress, connecting }: Armed): Words {
  if (egress) {
    const remedy =
      egress.code === 'EPERM' ? RUN_AS_ROOT : 'use Linux 5.17 or later with BTF (CONFIG_DEBUG_INFO_BTF)';
    return { ...no(`the kernel did not take the BPF program (${egress.message})`), remedy };
  }
  if (connecting !== undefined) return no(connecting);
  return { state: 'yes', why: 'a connection of a lifecycle script of our own to this machine was seen' };
}

type Armed = Extract<State, { is: 'armed' }>;

function seen({ secretFiles, proof }: Armed, counters: Readonly<Record<string, number>>): Words {
  if (secretFiles) return refused(secretFiles);
  if (proof?.seeing !== undefined || !proof) return no(proof?.seeing ?? 'the self-test did not end');
  const unwatched = (counters['marks-refused'] ?? 0) + (counters['unreadable-directories'] ?? 0);
  const skipped = counters['directories-skipped'] ?? 0;
  if (unwatched + skipped > 0) {
    const why = `${unwatched} places could not be watched and ${skipped} were too many; the log names them`;
    return { state: 'degraded', why, remedy: 'look for "not watched" in the log of the agent' };
  }
  return { state: 'yes', why: 'the read of a decoy by another process was held and seen' };
}

function blocked({ secretFiles, proof }: Armed): Words {
  if (secretFiles) return refused(secretFiles);
  if (!proof || proof.blocking !== undefined) return no(proof?.blocking ?? 'the self-test did not end');
  return { state: 'yes', why: 'the read of a decoy was refused with EPERM; real reads only in protect mode' };
}

function started({ processes, secretFiles, proof }: Armed): Words {
  if (processes) {
    const why = `the kernel gives no process events (${processes.message}); processes are looked up when they open a secret`;
    return { state: 'no', why: why.slice(0, LONGEST), remedy: RUN_AS_ROOT };
  }
  if (secretFiles)
    return {
      state: 'degraded',
      why: 'process events arrive; the self-test needs secret files, which are not held',
    };
  if (!proof || proof.starting !== undefined) return no(proof?.starting ?? 'the self-test did not end');
  return { state: 'yes', why: 'a process that was just started was in the tree, under its parent' };
}

/** Arguments are read from /proc after the exec. */
function argumentsOf(starting: Words): Words {
  if (starting.state === 'no') return starting;
  return {
    state: 'degraded',
    why: 'read from /proc after the exec: programs that end within a millisecond may have none',
  };
}

function notArmed(state: Exclude<State, Armed>): Words {
  if (state.is === 'starting') return no('the sensor is starting');
  return { ...no(state.why), remedy: 'look for "sensor" in the log of the agent' };
}

function refused({ code, message }: Failure): Words {
  if (code === 'EPERM')
    return { ...no(`the kernel does not permit fanotify (${message})`), remedy: RUN_AS_ROOT };
  if (code === 'EINVAL' || code === 'ENOSYS') {
    const remedy = 'use a kernel with CONFIG_FANOTIFY_ACCESS_PERMISSIONS';
    return { ...no(`this kernel has no fanotify permission events (${message})`), remedy };
  }
  return no(`fanotify could not be used (${message})`);
}

function no(why: string): Words {
  return { state: 'no', why: why.slice(0, LONGEST) };
}

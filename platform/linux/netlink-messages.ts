// Layout of one proc connector message: nlmsghdr (16), cn_msg (20), proc_event (linux/cn_proc.h). Little-endian machines only.

/** Bytes kept of a message; the longest is 76. */
export const MESSAGE_SIZE = 128;

const FORK = 0x1;
const EXEC = 0x2;
const UID = 0x4;
const PTRACE = 0x100;
const EXIT = 0x8000_0000;

export const WANTED_EVENTS = (FORK | EXEC | UID | PTRACE | EXIT) >>> 0;

const CONNECTOR_ID = 16;
const WHAT = 36;
const TIMESTAMP = 44;
const DATA = 52;

/** What a listener hears. Pids are thread groups, `at` is µs on CLOCK_MONOTONIC. Threads that come and go are left out. */
export interface ProcessMessages {
  /** `parent` is the kernel's parent of the child: for clone(CLONE_PARENT) that is the parent of the process that cloned. */
  fork(parent: number, child: number, at: number): void;
  exec(pid: number, at: number): void;
  /** `status` as wait(2) has it. The first thread ended; others of the process may run on. */
  exit(pid: number, status: number, at: number): void;
  /** The real user id changed. */
  user(pid: number, uid: number): void;
  /** `tracer` attached to `pid`. */
  trace(pid: number, tracer: number): void;
  /** Messages were lost. */
  overflow(): void;
}

/** Decodes one message at `offset`; one that is too short or of another kind is passed over. */
export function decodeMessage(buffer: Buffer, offset: number, length: number, to: ProcessMessages): void {
  if (length < DATA + 8 || buffer.readUInt32LE(offset + CONNECTOR_ID) !== 1) return;
  const data = offset + DATA;
  const pid = buffer.readUInt32LE(data);
  const group = buffer.readUInt32LE(data + 4);
  switch (buffer.readUInt32LE(offset + WHAT)) {
    case FORK: {
      if (length < DATA + 16) return;
      const child = buffer.readUInt32LE(data + 12);
      if (buffer.readUInt32LE(data + 8) === child) to.fork(group, child, timestamp(buffer, offset));
      return;
    }
    case EXEC:
      return to.exec(group, timestamp(buffer, offset));
    case UID:
      if (length >= DATA + 12) to.user(group, buffer.readUInt32LE(data + 8));
      return;
    case PTRACE:
      if (length >= DATA + 16) to.trace(group, buffer.readUInt32LE(data + 12));
      return;
    case EXIT:
      if (length >= DATA + 12 && pid === group)
        to.exit(group, buffer.readUInt32LE(data + 8), timestamp(buffer, offset));
      return;
    default:
  }
}

function timestamp(buffer: Buffer, offset: number): number {
  const low = buffer.readUInt32LE(offset + TIMESTAMP);
  const high = buffer.readUInt32LE(offset + TIMESTAMP + 4);
  return Math.floor((high * 0x1_0000_0000 + low) / 1000);
}

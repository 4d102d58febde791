// fanotify(7), permission events only: the kernel holds an open(2) until this group's owner answers.
// A group lives as long as its descriptor; when that is closed, every held open is allowed.
import { write } from './descriptor.ts';
import { check, libc } from './libc.ts';

const FAN_CLOEXEC = 0x1;
const FAN_NONBLOCK = 0x2;
const FAN_CLASS_CONTENT = 0x4;
// A queue that overflows allows what it loses. Held opens are bounded by the number of threads, so no limit is needed here.
const FAN_UNLIMITED_QUEUE = 0x10;

const FAN_MARK_ADD = 0x1;
const FAN_MARK_REMOVE = 0x2;
const FAN_MARK_ONLYDIR = 0x8;

const FAN_Q_OVERFLOW = 0x4000;
const FAN_OPEN_PERM = 0x10000;
const FAN_EVENT_ON_CHILD = 0x0800_0000;

const FAN_ALLOW = 1;
const FAN_DENY = 2;
const FAN_NOFD = -1;

const O_LARGEFILE = process.arch === 'arm64' ? 0o400000 : 0o100000;
const O_NOATIME = 0o1000000;
const O_CLOEXEC = 0o2000000;

const AT_FDCWD = -100;

/** struct fanotify_event_metadata: event_len 0, vers 4, metadata_len 6, mask 8, fd 16, pid 20. */
const METADATA_SIZE = 24;
const METADATA_VERSION = 3;

/**
 * Bytes for one read: at most 64 events. The kernel opens a descriptor for each and *denies* an open for which it could
 * not, so a batch has to stay far below the limit of open files.
 */
export const EVENT_BATCH = 64 * METADATA_SIZE;

export const fanotifyInit: (flags: number, eventFlags: number) => number = libc.func(
  'int fanotify_init(uint flags, uint event_f_flags)',
);
export const fanotifyMark: (
  fd: number,
  flags: number,
  mask: number,
  dirfd: number,
  path: string | null,
) => number = libc.func('int fanotify_mark(int fd, uint flags, uint64_t mask, int dirfd, const char *path)');

/** One open that waits for its answer. `fd` refers to the file and must be closed; it carries no right of the opener. */
export interface HeldOpen {
  readonly fd: number;
  /** Process (thread group) that asks; 0 where it is outside our pid namespace. */
  readonly pid: number;
}

export type Answer = 'allow' | 'deny';

/** A new permission group's descriptor, non-blocking. Throws `SystemCallError`: EPERM without CAP_SYS_ADMIN, EINVAL or ENOSYS where the kernel has none. */
export function createPermissionGroup(): number {
  const flags = FAN_CLOEXEC | FAN_NONBLOCK | FAN_CLASS_CONTENT | FAN_UNLIMITED_QUEUE;
  return check(fanotifyInit(flags, O_LARGEFILE | O_CLOEXEC | O_NOATIME), 'fanotify_init');
}

/** Holds opens of the files directly in this directory, those that come later included. Throws `SystemCallError`. */
export function markDirectory(group: number, path: string): void {
  const mask = FAN_OPEN_PERM | FAN_EVENT_ON_CHILD;
  check(fanotifyMark(group, FAN_MARK_ADD | FAN_MARK_ONLYDIR, mask, AT_FDCWD, path), 'fanotify_mark');
}

/** Ends what `markDirectory` began; silent where there was nothing. */
export function unmarkDirectory(group: number, path: string): void {
  fanotifyMark(group, FAN_MARK_REMOVE | FAN_MARK_ONLYDIR, FAN_OPEN_PERM | FAN_EVENT_ON_CHILD, AT_FDCWD, path);
}

/** Holds opens of this inode under whatever name. Throws `SystemCallError`. */
export function markFile(group: number, path: string): void {
  check(fanotifyMark(group, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, path), 'fanotify_mark');
}

/** The same for the file behind an open descriptor: no name is resolved, so there is nothing to race with. */
export function markDescriptor(group: number, fd: number): void {
  check(fanotifyMark(group, FAN_MARK_ADD, FAN_OPEN_PERM, fd, null), 'fanotify_mark');
}

/** Ends a mark on an inode; silent where there was none. */
export function unmarkFile(group: number, path: string): void {
  fanotifyMark(group, FAN_MARK_REMOVE, FAN_OPEN_PERM, AT_FDCWD, path);
}

/** Takes the events of one read apart. An overflow of the queue is told by `overflow`. */
export function* heldOpens(batch: Buffer, length: number, overflow: () => void): Generator<HeldOpen> {
  for (let at = 0; at + METADATA_SIZE <= length; ) {
    const size = batch.readUInt32LE(at);
    if (size < METADATA_SIZE || batch.readUInt8(at + 4) !== METADATA_VERSION) return;
    const fd = batch.readInt32LE(at + 16);
    if (batch.readUInt32LE(at + 8) & FAN_Q_OVERFLOW) overflow();
    else if (fd !== FAN_NOFD) yield { fd, pid: batch.readInt32LE(at + 20) };
    at += size;
  }
}

const response = Buffer.alloc(8);

/** Lets the held open go on or fail with EPERM. False where the kernel did not take it. The descriptor stays open. */
export function answer(group: number, held: HeldOpen, verdict: Answer): boolean {
  response.writeInt32LE(held.fd, 0);
  response.writeUInt32LE(verdict === 'deny' ? FAN_DENY : FAN_ALLOW, 4);
  return write(group, response, response.length) === response.length;
}

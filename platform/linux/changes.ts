// fanotify(7), notification only: what was written, made, moved or deleted in marked directories, told by directory, name and
// pid after it happened. Nothing is held. Directories are named by the file system's handle, so no descriptor is opened.
import { check, libc, SystemCallError } from './libc.ts';
import { fanotifyInit, fanotifyMark } from './fanotify.ts';

const FAN_CLOEXEC = 0x1;
const FAN_NONBLOCK = 0x2;
const FAN_REPORT_FID = 0x200;
const FAN_REPORT_DIR_FID = 0x400;
const FAN_REPORT_NAME = 0x800;

const FAN_MARK_ADD = 0x1;
const FAN_MARK_REMOVE = 0x2;
const FAN_MARK_ONLYDIR = 0x8;

const FAN_MODIFY = 0x2;
const FAN_CLOSE_WRITE = 0x8;
const FAN_CREATE = 0x100;
const FAN_DELETE = 0x200;
const FAN_Q_OVERFLOW = 0x4000;
const FAN_RENAME = 0x1000_0000;
const FAN_EVENT_ON_CHILD = 0x0800_0000;
const FAN_ONDIR = 0x4000_0000;

/** What to be told of a directory: its names, its names that go, or also what is written into its files. */
const masks = {
  names: FAN_CREATE | FAN_DELETE | FAN_RENAME | FAN_ONDIR,
  deletions: FAN_DELETE | FAN_RENAME | FAN_ONDIR,
  writes:
    FAN_CREATE | FAN_DELETE | FAN_RENAME | FAN_ONDIR | FAN_MODIFY | FAN_CLOSE_WRITE | FAN_EVENT_ON_CHILD,
} as const;
const FILE_MASK = FAN_MODIFY | FAN_CLOSE_WRITE;

export type Interest = keyof typeof masks;

const AT_FDCWD = -100;
const AT_SYMLINK_FOLLOW = 0x400;
/** A handle that need not be opened again: also where the file system cannot do that (overlay). Linux 6.5. */
const AT_HANDLE_FID = 0x200;

/** struct fanotify_event_metadata: event_len 0, vers 4, metadata_len 6, mask 8, fd 16, pid 20. */
const METADATA_SIZE = 24;
const METADATA_VERSION = 3;
/** struct fanotify_event_info_fid: type 0, len 2, fsid 4, then struct file_handle: bytes 12, type 16, handle 20; the name follows. */
const HANDLE_AT = 20;
const INFO_FID = 1;
const INFO_DIRECTORY = 2;
const INFO_OLD = 10;
const INFO_NEW = 12;

/** Names one inode on this machine: file system, kind of handle, handle. */
export type InodeKey = string;

export interface Place {
  readonly directory: InodeKey;
  readonly name: string;
}

export interface Change {
  /** Process (thread group) that did it; 0 where it is outside our pid namespace. */
  readonly pid: number;
  readonly created: boolean;
  readonly written: boolean;
  readonly deleted: boolean;
  readonly renamed: boolean;
  readonly isDirectory: boolean;
  /** Where it lies, after a rename where it lies now. Absent where no marked directory holds it. */
  readonly at: Place | undefined;
  /** Where it lay before a rename; absent where that directory is not marked. */
  readonly from: Place | undefined;
  /** The file itself, of a write. */
  readonly file: InodeKey | undefined;
}

/** A notification group's descriptor, non-blocking. Throws `SystemCallError`: EPERM without CAP_SYS_ADMIN, EINVAL before Linux 5.9. */
export function createChangeGroup(): number {
  const reports = FAN_REPORT_FID | FAN_REPORT_DIR_FID | FAN_REPORT_NAME;
  return check(fanotifyInit(FAN_CLOEXEC | FAN_NONBLOCK | reports, 0), 'fanotify_init');
}

/** Asks for changes in a directory; more may be asked for later. Throws `SystemCallError`: EINVAL before Linux 5.17. */
export function markChanges(group: number, path: string, interest: Interest): void {
  check(
    fanotifyMark(group, FAN_MARK_ADD | FAN_MARK_ONLYDIR, masks[interest], AT_FDCWD, path),
    'fanotify_mark',
  );
}

/** Ends that; silent where there was nothing. */
export function unmarkChanges(group: number, path: string): void {
  fanotifyMark(group, FAN_MARK_REMOVE | FAN_MARK_ONLYDIR, masks.writes, AT_FDCWD, path);
}

/** Asks for writes to this inode under whatever name. Throws `SystemCallError`. */
export function markFileChanges(group: number, path: string): void {
  check(fanotifyMark(group, FAN_MARK_ADD, FILE_MASK, AT_FDCWD, path), 'fanotify_mark');
}

export function unmarkFileChanges(group: number, path: string): void {
  fanotifyMark(group, FAN_MARK_REMOVE, FILE_MASK, AT_FDCWD, path);
}

const nameToHandle: (
  directory: number,
  path: string,
  handle: Buffer,
  mountId: Buffer,
  flags: number,
) => number = libc.func(
  'int name_to_handle_at(int dirfd, const char *path, void *handle, void *mount_id, int flags)',
);
const statfs: (path: string, into: Buffer) => number = libc.func('int statfs(const char *path, void *into)');

const MAX_HANDLE = 128;
const EOPNOTSUPP = 95;
/** struct file_handle */
const handle = Buffer.alloc(8 + MAX_HANDLE);
const mountId = Buffer.alloc(4);
const fileSystem = Buffer.alloc(256);
/** In struct statfs, 64 bit. */
const FSID_AT = 56;

/** The inode at `path`, through links. Throws `SystemCallError`: EOPNOTSUPP where the file system has no handles. */
export function inodeKey(path: string): InodeKey {
  check(statfs(path, fileSystem), 'statfs');
  if (tryHandle(path, AT_SYMLINK_FOLLOW) < 0)
    check(tryHandle(path, AT_SYMLINK_FOLLOW | AT_HANDLE_FID), 'name_to_handle_at');
  const size = handle.readUInt32LE(0);
  return (
    fileSystem.toString('latin1', FSID_AT, FSID_AT + 8) +
    handle.toString('latin1', 4, 8) +
    handle.toString('latin1', 8, 8 + size)
  );
}

function tryHandle(path: string, flags: number): number {
  handle.writeUInt32LE(MAX_HANDLE, 0);
  return nameToHandle(AT_FDCWD, path, handle, mountId, flags);
}

/** Whether the kernel or the file system cannot tell changes by handle, so that only the other way is left. */
export function isWithoutHandles(error: unknown): boolean {
  if (!(error instanceof SystemCallError)) return false;
  return error.errno === EOPNOTSUPP || error.code === 'ENODEV' || error.code === 'EXDEV';
}

/** Takes the events of one read apart. An overflow of the queue is told by `overflow`. */
export function* changes(batch: Buffer, length: number, overflow: () => void): Generator<Change> {
  for (let at = 0; at + METADATA_SIZE <= length; ) {
    const size = batch.readUInt32LE(at);
    if (size < METADATA_SIZE || at + size > length || batch.readUInt8(at + 4) !== METADATA_VERSION) return;
    const mask = batch.readUInt32LE(at + 8);
    if (mask & FAN_Q_OVERFLOW) overflow();
    else yield changeOf(batch, at, size, mask);
    at += size;
  }
}

function changeOf(batch: Buffer, start: number, size: number, mask: number): Change {
  const end = start + size;
  let place: Place | undefined;
  let from: Place | undefined;
  let file: InodeKey | undefined;
  for (let at = start + batch.readUInt16LE(start + 6); at + HANDLE_AT <= end; ) {
    const type = batch.readUInt8(at);
    const length = batch.readUInt16LE(at + 2);
    if (length < HANDLE_AT || at + length > end) break;
    if (type === INFO_FID) file = keyAt(batch, at);
    else if (type === INFO_DIRECTORY || type === INFO_NEW) place = placeAt(batch, at, length);
    else if (type === INFO_OLD) from = placeAt(batch, at, length);
    at += length;
  }
  return {
    pid: batch.readInt32LE(start + 20),
    created: (mask & FAN_CREATE) !== 0,
    written: (mask & (FAN_MODIFY | FAN_CLOSE_WRITE)) !== 0,
    deleted: (mask & FAN_DELETE) !== 0,
    renamed: (mask & FAN_RENAME) !== 0,
    isDirectory: (mask & FAN_ONDIR) !== 0,
    at: place,
    from,
    file,
  };
}

function keyAt(batch: Buffer, at: number): InodeKey {
  const size = batch.readUInt32LE(at + 12);
  return (
    batch.toString('latin1', at + 4, at + 12) +
    batch.toString('latin1', at + 16, at + HANDLE_AT) +
    batch.toString('latin1', at + HANDLE_AT, at + HANDLE_AT + size)
  );
}

function placeAt(batch: Buffer, at: number, length: number): Place {
  const name = at + HANDLE_AT + batch.readUInt32LE(at + 12);
  const end = at + length;
  const zero = batch.indexOf(0, name);
  return {
    directory: keyAt(batch, at),
    name: batch.toString('utf8', Math.min(name, end), zero === -1 || zero > end ? end : zero),
  };
}

// inotify(7): which directory got a new entry. Chosen over fanotify's notification groups because it works on every file
// system (those need file handles: not btrfs subvolumes before 6.8, not overlayfs before 6.6) and names the directory itself.
import { check, libc } from './libc.ts';

const IN_NONBLOCK = 0o4000;
const IN_CLOEXEC = 0o2000000;
const IN_MOVED_TO = 0x80;
const IN_CREATE = 0x100;
const IN_Q_OVERFLOW = 0x4000;
const IN_IGNORED = 0x8000;
const IN_ONLYDIR = 0x0100_0000;

/** struct inotify_event: wd 0, mask 4, cookie 8, len 12, name. */
const HEADER_SIZE = 16;

const inotifyInit: (flags: number) => number = libc.func('int inotify_init1(int flags)');
const inotifyAddWatch: (fd: number, path: string, mask: number) => number = libc.func(
  'int inotify_add_watch(int fd, const char *path, uint32_t mask)',
);
const inotifyRemoveWatch: (fd: number, watch: number) => number = libc.func(
  'int inotify_rm_watch(int fd, int watch)',
);

/** A watched directory got an entry; the watch is gone (its directory was deleted); the queue overflowed. */
export type DirectoryChange =
  | { readonly change: 'entry'; readonly watch: number; readonly name: string }
  | { readonly change: 'gone'; readonly watch: number }
  | { readonly change: 'overflow' };

/** A new instance's descriptor, non-blocking. Throws `SystemCallError`: EMFILE where the user has too many instances. */
export function createDirectoryWatch(): number {
  return check(inotifyInit(IN_NONBLOCK | IN_CLOEXEC), 'inotify_init1');
}

/** Watches a directory for entries made in it or moved into it. The same directory gives the same number. Throws `SystemCallError`. */
export function watchDirectory(fd: number, path: string): number {
  return check(inotifyAddWatch(fd, path, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR), 'inotify_add_watch');
}

/** Ends a watch; silent where there was none. */
export function unwatchDirectory(fd: number, watch: number): void {
  inotifyRemoveWatch(fd, watch);
}

/** Takes the events of one read apart. */
export function* directoryChanges(batch: Buffer, length: number): Generator<DirectoryChange> {
  for (let at = 0; at + HEADER_SIZE <= length; ) {
    const watch = batch.readInt32LE(at);
    const mask = batch.readUInt32LE(at + 4);
    const end = at + HEADER_SIZE + batch.readUInt32LE(at + 12);
    if (mask & IN_Q_OVERFLOW) yield { change: 'overflow' };
    else if (mask & IN_IGNORED) yield { change: 'gone', watch };
    else yield { change: 'entry', watch, name: nameAt(batch, at + HEADER_SIZE, end) };
    at = end;
  }
}

/** The name is padded with zero bytes. */
function nameAt(batch: Buffer, start: number, end: number): string {
  const zero = batch.indexOf(0, start);
  return batch.toString('utf8', start, zero === -1 || zero > end ? end : zero);
}

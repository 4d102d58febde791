// The system calls between a held open and its answer. They return what the kernel returned: -1 is looked up with errno().
import { errno, libc } from './libc.ts';

export const EINTR = 4;
const EAGAIN = 11;

/** `read(2)`: bytes read, 0 at the end, -1 for an error. */
export const read: (fd: number, into: Buffer, size: number) => number = libc.func(
  'int64_t read(int fd, void *into, size_t size)',
);

/** `write(2)`: bytes written, -1 for an error. */
export const write: (fd: number, from: Buffer, size: number) => number = libc.func(
  'int64_t write(int fd, const void *from, size_t size)',
);

/** `close(2)`. */
export const close: (fd: number) => number = libc.func('int close(int fd)');

const readlink: (path: string, into: Buffer, size: number) => number = libc.func(
  'int64_t readlink(const char *path, void *into, size_t size)',
);

const link = Buffer.alloc(4096);

/** Where a symbolic link points, or undefined where it cannot be read. Reads without an exception, which `fs` would throw. */
export function readLink(path: string): string | undefined {
  const length = readlink(path, link, link.length);
  return length < 0 ? undefined : link.toString('utf8', 0, length);
}

/** Reads once from a non-blocking descriptor: the number of bytes, 0 where there is nothing now, the negative errno of a failure. */
export function readAvailable(fd: number, into: Buffer): number {
  for (;;) {
    const length = read(fd, into, into.length);
    if (length >= 0) return length;
    const number = errno();
    if (number === EAGAIN) return 0;
    if (number !== EINTR) return -number;
  }
}

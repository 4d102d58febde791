// A counter that another thread can wake a poll(2) with. Any thread may write eight bytes to it, `fs.writeSync` included.
import { readAvailable } from './descriptor.ts';
import { check, libc } from './libc.ts';

const EFD_NONBLOCK = 0o4000;
const EFD_CLOEXEC = 0o2000000;

const eventfd: (initial: number, flags: number) => number = libc.func('int eventfd(uint initial, int flags)');

const counter = Buffer.alloc(8);

/** A new wake-up descriptor, non-blocking. Throws `SystemCallError`. */
export function createWake(): number {
  return check(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), 'eventfd');
}

/** Empties it, so that poll(2) waits again. */
export function clearWake(fd: number): void {
  readAvailable(fd, counter);
}

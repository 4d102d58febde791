import { errno, libc, SystemCallError } from './libc.ts';

const EWOULDBLOCK = 11;
const LOCK_EX = 2;
const LOCK_NB = 4;

const flock: (fd: number, operation: number) => number = libc.func('int flock(int fd, int operation)');

/** Locks an open file for this process's life; false where another process holds it. Throws `SystemCallError`. */
export function lockDescriptor(fd: number): boolean {
  if (flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
  const number = errno();
  if (number === EWOULDBLOCK) return false;
  throw new SystemCallError('flock', number);
}

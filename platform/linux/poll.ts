import { EINTR } from './descriptor.ts';
import { SystemCallError, errno, libc } from './libc.ts';

const POLLIN = 0x1;

/** struct pollfd: fd 0, events 4, revents 6. */
const POLLFD_SIZE = 8;

const pollCall: (fds: Buffer, count: number, timeout: number) => number = libc.func(
  'int poll(void *fds, ulong count, int timeout)',
);

export interface Poll {
  /** Blocks this thread until one is readable or `timeout` ms have passed. Throws `SystemCallError`. */
  wait(timeout: number): void;
  /** Whether the descriptor at this index was readable, at an end or in error after the last `wait`. */
  ready(index: number): boolean;
}

/** Waits for any of these descriptors, in this order. */
export function createPoll(descriptors: readonly number[]): Poll {
  const table = Buffer.alloc(descriptors.length * POLLFD_SIZE);
  for (const [index, fd] of descriptors.entries()) {
    table.writeInt32LE(fd, index * POLLFD_SIZE);
    table.writeInt16LE(POLLIN, index * POLLFD_SIZE + 4);
  }
  return {
    wait(timeout) {
      if (pollCall(table, descriptors.length, timeout) >= 0) return;
      const number = errno();
      for (let index = 0; index < descriptors.length; index++) table.writeInt16LE(0, index * POLLFD_SIZE + 6);
      if (number !== EINTR) throw new SystemCallError('poll', number);
    },
    ready: (index) => table.readInt16LE(index * POLLFD_SIZE + 6) !== 0,
  };
}

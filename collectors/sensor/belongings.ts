// What the sensor's thread holds in the kernel, written down in shared memory: a thread that dies (out of memory, a bug) closes
// nothing, and then held opens would wait and the kill timer would end the whole agent.
import { cells } from './protocol.ts';

export function writeDown(
  shared: Int32Array,
  wakeFd: number,
  timerId: number,
  descriptors: readonly number[],
): void {
  if (cells.descriptors + descriptors.length > shared.length)
    throw new Error('too many descriptors to write down');
  for (const [index, fd] of descriptors.entries()) shared[cells.descriptors + index] = fd + 1;
  shared[cells.wake] = wakeFd + 1;
  shared[cells.timer] = timerId + 1;
}

/** The thread calls this before it closes them itself. */
export function strikeOut(shared: Int32Array): void {
  shared.fill(0, cells.wake);
}

/** Releases what a dead thread left. Its held opens are allowed by that. */
export async function release(shared: Int32Array): Promise<void> {
  const { timer, descriptors, wake } = cells;
  const timerId = (shared[timer] ?? 0) - 1;
  const left = [shared[wake] ?? 0, ...shared.subarray(descriptors)].filter((cell) => cell > 0);
  shared.fill(0, wake);
  if (timerId < 0) return;
  // Loaded only now: the main thread needs no system calls of its own otherwise.
  const [{ close }, { stopKillTimer }] = await Promise.all([
    import('../../platform/linux/descriptor.ts'),
    import('../../platform/linux/timer.ts'),
  ]);
  for (const cell of left) close(cell - 1);
  stopKillTimer(timerId);
}

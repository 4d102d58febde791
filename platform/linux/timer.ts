// A dead man's switch that the kernel holds: unless it is wound again in time, this process gets SIGKILL, which ends it even
// where it is stopped (SIGSTOP) or where the thread that should wind it spins or sleeps in a system call.
import koffi from 'koffi';
import { check, libc } from './libc.ts';

const CLOCK_MONOTONIC = 1;
const SIGEV_SIGNAL = 0;
const SIGKILL = 9;

/** struct sigevent: sigev_value 0, sigev_signo 8, sigev_notify 12. */
const SIGEVENT_SIZE = 64;
/** struct itimerspec: interval {seconds 0, nanoseconds 8}, value {seconds 16, nanoseconds 24}. */
const ITIMERSPEC_SIZE = 32;

/** The functions moved from librt into libc with glibc 2.34. */
function timerFunction(definition: string): (...values: unknown[]) => number {
  try {
    return libc.func(definition);
  } catch {
    return koffi.load('librt.so.1').func(definition);
  }
}

const timerCreate = timerFunction('int timer_create(int clock, void *event, void *timer)');
const timerSettime = timerFunction(
  'int timer_settime(intptr_t timer, int flags, const void *value, void *old)',
);
const timerDelete = timerFunction('int timer_delete(intptr_t timer)');

export interface KillTimer {
  /** The kernel's number of it, so that another thread can take it down for one that died. */
  readonly id: number;
  /** From now on, `milliseconds` until the process is killed. */
  readonly wind: () => void;
  stop(): void;
}

/** Made stopped: the first `wind` starts it. Throws `SystemCallError`. */
export function createKillTimer(milliseconds: number): KillTimer {
  const event = Buffer.alloc(SIGEVENT_SIZE);
  event.writeInt32LE(SIGKILL, 8);
  event.writeInt32LE(SIGEV_SIGNAL, 12);
  const timer = Buffer.alloc(8);
  check(timerCreate(CLOCK_MONOTONIC, event, timer), 'timer_create');
  const id = Number(timer.readBigInt64LE());
  const due = Buffer.alloc(ITIMERSPEC_SIZE);
  due.writeBigInt64LE(BigInt(Math.floor(milliseconds / 1000)), 16);
  due.writeBigInt64LE(BigInt(milliseconds % 1000) * 1_000_000n, 24);
  return {
    id,
    wind: () => void check(timerSettime(id, 0, due, null), 'timer_settime'),
    stop: () => stopKillTimer(id),
  };
}

/** Takes a timer down; silent where it is gone already. */
export function stopKillTimer(id: number): void {
  timerDelete(id);
}

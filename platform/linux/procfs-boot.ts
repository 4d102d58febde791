// The clocks and the name of this boot.
import { readFileSync } from 'node:fs';
import { libc } from './libc.ts';

const CLOCK_MONOTONIC = 1;
const CLOCK_BOOTTIME = 7;

const clockGettime: (clock: number, into: Buffer) => number = libc.func(
  'int clock_gettime(int clock, void *into)',
);
const timespec = Buffer.alloc(16);

function now(clock: number): number {
  clockGettime(clock, timespec);
  return timespec.readUInt32LE(0) * 1_000_000 + Math.floor(timespec.readUInt32LE(8) / 1000);
}

/** µs since boot without suspend: the clock of proc connector messages and of `monotonic` in events. */
export function monotonicTime(): number {
  return now(CLOCK_MONOTONIC);
}

/** µs since boot with suspend: the clock of start times in /proc. */
export function bootTime(): number {
  return now(CLOCK_BOOTTIME);
}

/** First 8 hexadecimal digits of the boot id. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
}

/** A child that lived this long (ms) has started well: the next failure counts as the first. */
export const STEADY = 60_000;

/** Pause (ms) before the start that follows `failures` failures in a row: 1, 2, 4 … 30 seconds. */
export function pauseBefore(failures: number): number {
  return Math.min(1000 * 2 ** (failures - 1), 30_000);
}

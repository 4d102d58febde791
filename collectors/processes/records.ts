// What the tree tells of processes that have a lineage.
const PER_SECOND = 2000;

/** Counts the records of one second of the kernel's clock; a fork bomb must not fill the queue to the main thread. */
export class RecordLimit {
  #second = 0;
  #count = 0;

  admits(monotonic: number): boolean {
    const second = Math.floor(monotonic / 1_000_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#count = 0;
    }
    return this.#count++ < PER_SECOND;
  }
}

/** Exit code of a wait(2) status. */
export function exitCodeOf(status: number): number {
  const signal = status & 0x7f;
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal;
}

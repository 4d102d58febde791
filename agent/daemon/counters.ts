// Cumulative counts since the start, by cause. A cause that ends in `-lost` or `-dropped` is a loss.

/** More causes than this do not exist; a collector that makes up names is cut off here. */
const MAX_CAUSES = 256;

export class Counters {
  readonly #counts = new Map<string, number>();

  add(cause: string, count = 1): void {
    if (count === 0) return;
    const known = this.#counts.get(cause);
    if (known === undefined && this.#counts.size >= MAX_CAUSES) return;
    this.#counts.set(cause, (known ?? 0) + count);
  }

  get(cause: string): number {
    return this.#counts.get(cause) ?? 0;
  }

  all(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}

/** Whether a count of this cause means that something is gone that should have arrived. */
export function isLoss(cause: string): boolean {
  return cause.endsWith('-lost') || cause.endsWith('-dropped');
}

// Values come again and again: what was found in one is remembered. Where a field's values are new each time, as command
// lines may be, remembering costs more than it saves and stops.

/** Values of one field that are remembered, and the longest of them. */
const MAX_VALUES = 512;
const MAX_LENGTH = 256;
/** Of this many values at least a quarter must have been known. */
const TRIAL = 2048;

export class Memory {
  readonly #values = new Map<string, readonly number[]>();
  #asked = 0;
  #known = 0;
  #worth = true;

  /** Undefined where it is not known. */
  recall(text: string): readonly number[] | undefined {
    if (!this.#worth || text.length > MAX_LENGTH) return undefined;
    const found = this.#values.get(text);
    this.#asked += 1;
    if (found) this.#known += 1;
    if (this.#asked === TRIAL) this.#judge();
    return found;
  }

  remember(text: string, groups: readonly number[]): void {
    if (!this.#worth || text.length > MAX_LENGTH) return;
    if (this.#values.size >= MAX_VALUES) this.#values.clear();
    this.#values.set(text, groups);
  }

  #judge(): void {
    this.#worth = this.#known * 4 >= this.#asked;
    if (!this.#worth) this.#values.clear();
    this.#asked = 0;
    this.#known = 0;
  }
}

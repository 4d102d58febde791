// Group commit: batches of many agents that arrive together share one transaction and one fsync. A connection has at
// most one batch here, because it is not read from while it waits.
import type { AlertRow } from '../../../schema/api.ts';
import type { Batch, Settled, Store } from '../store/store.ts';

/** Batches in one transaction. More would make the first one wait for the last. */
const GROUP = 128;

interface Waiting {
  readonly batch: Batch;
  readonly resolve: (settled: Settled) => void;
  readonly reject: (error: unknown) => void;
}

export class Committer {
  readonly #store: Store;
  readonly #stored: (rows: readonly AlertRow[]) => void;
  readonly #waiting: Waiting[] = [];
  #running = false;

  /** `stored` is told of new rows after their commit, in the order of their positions. */
  constructor(store: Store, stored: (rows: readonly AlertRow[]) => void) {
    this.#store = store;
    this.#stored = stored;
  }

  /** Resolves once the batch is on disk; rejects with `StoreUnavailable` when it is not. */
  submit(batch: Batch): Promise<Settled> {
    const settled = new Promise<Settled>((resolve, reject) => this.#waiting.push({ batch, resolve, reject }));
    if (!this.#running) {
      this.#running = true;
      // What else has arrived in this turn of the loop comes along.
      setImmediate(() => void this.#run());
    }
    return settled;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, GROUP));
    this.#running = false;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      const settled = await this.#store.append(group.map(({ batch }) => batch));
      for (const [index, { resolve, reject }] of group.entries()) {
        const one = settled[index];
        if (one) resolve(one);
        else reject(new Error('the store settled fewer batches than it was given'));
      }
      this.#stored(settled.flatMap(({ stored }) => stored));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

// What has just been committed, for whoever looks at the console now.
import type { AlertRow } from '../../schema/api.ts';

export interface Listener {
  alerts(rows: readonly AlertRow[]): void;
  /** Something changed among the devices. */
  devices(): void;
  /** This session has ended; without one: all of them, because the central collector stops. */
  ended(session?: string): void;
}

export class Feed {
  readonly #listeners = new Set<Listener>();

  get size(): number {
    return this.#listeners.size;
  }

  /** Returns a function that ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  alerts(rows: readonly AlertRow[]): void {
    if (rows.length > 0) for (const listener of this.#listeners) listener.alerts(rows);
  }

  devices(): void {
    for (const listener of this.#listeners) listener.devices();
  }

  end(session?: string): void {
    for (const listener of this.#listeners) listener.ended(session);
  }
}

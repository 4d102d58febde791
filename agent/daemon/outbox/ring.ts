// Where alerts wait while the disk takes none: in memory, bounded, the least severe giving way first.
import type { Alert } from '../../../schema/alert.ts';
import { compareLevels } from '../../../schema/primitives.ts';
import type { Amount } from './spool.ts';

export class Ring {
  readonly #limit: Amount;
  #held: { alert: Alert; bytes: number }[] = [];
  #bytes = 0;

  constructor(limit: Amount) {
    this.#limit = limit;
  }

  get alerts(): Alert[] {
    return this.#held.map(({ alert }) => alert);
  }

  get size(): number {
    return this.#held.length;
  }

  /** Returns the alerts that found no room: less severe ones that were held, or `alert` itself. */
  add(alert: Alert): Alert[] {
    const bytes = Buffer.byteLength(JSON.stringify(alert));
    const lost: Alert[] = [];
    while (this.#held.length >= this.#limit.rows || this.#bytes + bytes > this.#limit.bytes) {
      const victim = this.#leastSevereBelow(alert);
      if (victim === -1) return [...lost, alert];
      const [gone] = this.#held.splice(victim, 1);
      if (gone === undefined) break;
      this.#bytes -= gone.bytes;
      lost.push(gone.alert);
    }
    this.#held.push({ alert, bytes });
    this.#bytes += bytes;
    return lost;
  }

  /** Takes the oldest `count` alerts out. */
  take(count: number): Alert[] {
    const taken = this.#held.splice(0, count);
    for (const { bytes } of taken) this.#bytes -= bytes;
    return taken.map(({ alert }) => alert);
  }

  /** The newest of the least severe alerts that are less severe than `alert`; -1 for none. */
  #leastSevereBelow(alert: Alert): number {
    let found = -1;
    for (const [index, held] of this.#held.entries()) {
      if (compareLevels(held.alert.level, alert.level) >= 0) continue;
      const best = this.#held[found];
      if (best === undefined || compareLevels(held.alert.level, best.alert.level) <= 0) found = index;
    }
    return found;
  }
}

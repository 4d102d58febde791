// Which devices are connected now, and what they last said of themselves. Sightings are written once a second for all
// devices together: a heartbeat is not worth an fsync of its own, and losing a second of them loses nothing.
import type { Heartbeat, HostInfo } from '../../../schema/wire.ts';
import type { Sighting, Store } from '../store/store.ts';
import type { Refusal } from './refusal.ts';

const FLUSH = 1000;

export interface LiveConnection {
  refuse(refusal: Refusal): void;
  /** A newer connection of the same device has taken its place. */
  replace(): void;
}

export class Presence {
  readonly #store: Store;
  readonly #changed: () => void;
  readonly #failed: (error: unknown) => void;
  readonly #live = new Map<string, { readonly connection: LiveConnection; readonly host: HostInfo }>();
  readonly #unwritten = new Map<string, Sighting>();
  readonly #timer: NodeJS.Timeout;

  constructor(store: Store, changed: () => void, failed: (error: unknown) => void) {
    this.#store = store;
    this.#changed = changed;
    this.#failed = failed;
    this.#timer = setInterval(() => void this.flush(), FLUSH).unref();
  }

  get connected(): number {
    return this.#live.size;
  }

  has(device: string): boolean {
    return this.#live.has(device);
  }

  arrived(device: string, host: HostInfo, connection: LiveConnection): void {
    const older = this.#live.get(device);
    this.#live.set(device, { connection, host });
    older?.connection.replace();
    this.#saw({ device, host, time: new Date().toISOString() });
  }

  beat(device: string, heartbeat: Heartbeat): void {
    const live = this.#live.get(device);
    if (live) this.#saw({ device, host: live.host, time: new Date().toISOString(), heartbeat });
  }

  left(device: string, connection: LiveConnection): void {
    const live = this.#live.get(device);
    if (live?.connection !== connection) return;
    this.#live.delete(device);
    this.#saw({ device, host: live.host, time: new Date().toISOString() });
  }

  refuse(device: string, refusal: Refusal): void {
    this.#live.get(device)?.connection.refuse(refusal);
  }

  /** Writes what is unwritten; on failure it stays and goes with the next flush. */
  async flush(): Promise<void> {
    const sightings = [...this.#unwritten.values()];
    if (sightings.length === 0) return;
    try {
      await this.#store.saw(sightings);
    } catch (error) {
      this.#failed(error);
      return;
    }
    for (const sighting of sightings)
      if (this.#unwritten.get(sighting.device) === sighting) this.#unwritten.delete(sighting.device);
    this.#changed();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  #saw(sighting: Sighting): void {
    this.#unwritten.set(sighting.device, { ...this.#unwritten.get(sighting.device), ...sighting });
  }
}

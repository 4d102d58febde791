// What a sensor is. A collector is a folder with one `index.ts` and one line in collectors/index.ts.
import type { Capability } from '../schema/capability.ts';
import type { Event } from '../schema/event.ts';
import type { Policy } from '../schema/policy.ts';

export interface Collector {
  readonly name: string;
  /** What it can do here, proven by a self-test once it is armed; before that, what it knows. */
  capabilities(): readonly Capability[];
  /** Cumulative counts since the start, by cause; a cause that ends in `-lost` or `-dropped` is a loss. */
  counters(): Readonly<Record<string, number>>;
  /** Resolves when the sensor is armed, or when it has found that it cannot be. Never rejects. */
  readonly armed: Promise<void>;
  /** Looks at everything again, for what no notification told of. Called every ten minutes. */
  rescan?(): void;
  /** Ends when the signal aborts; never throws for what an attacker controls. */
  observe(signal: AbortSignal): AsyncIterable<Event>;
}

/** What the daemon tells every sensor. Paths are absolute; sensors never read the configuration themselves. */
export interface CollectorContext {
  readonly host: string;
  /** Home directories to watch now. */
  homes(): readonly string[];
  /** Further project roots to watch from the start. */
  projects(): readonly string[];
  policy(): Policy;
  /** Calls back whenever homes, projects or policy changed; returns a function that stops that. */
  onChange(listener: () => void): () => void;
  /** Pids of our own processes, whose opens are never reported. */
  readonly ownPids: readonly number[];
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, details?: Record<string, unknown>): void;
}

// The collectors as one: whether they are armed, what they can do, what they count, and which of them failed.
import type { Collector } from '../../collectors/collector.ts';
import type { Capability } from '../../schema/capability.ts';
import { truncate } from '../../schema/primitives.ts';
import type { Log } from './log.ts';

export class Sensors {
  readonly collectors: readonly Collector[];
  readonly #log: Log;
  readonly #failures = new Map<Collector, string>();
  /** Resolved for a sensor that failed: nobody waits for it any more. */
  readonly #gone = new Map<Collector, PromiseWithResolvers<void>>();
  #isReady = false;

  constructor(collectors: readonly Collector[], log: Log) {
    this.collectors = collectors;
    this.#log = log;
    for (const collector of collectors) this.#gone.set(collector, Promise.withResolvers());
  }

  /** Whether every sensor was armed, or has said that it cannot be. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** One line for each sensor that ended with an error. */
  get failures(): string[] {
    return [...this.#failures.values()];
  }

  /** Resolves when every sensor is armed for what the settings say now. */
  async armed(): Promise<void> {
    await Promise.all(
      this.collectors.map((collector) => Promise.race([collector.armed, this.#gone.get(collector)?.promise])),
    );
    this.#isReady = true;
  }

  /** Makes a change of the settings and resolves with its result when the sensors are armed for it. */
  async armedFor<T>(change: () => T): Promise<T> {
    const result = change();
    await this.armed();
    return result;
  }

  /** For what no notification told of. */
  rescan(): void {
    for (const collector of this.collectors) collector.rescan?.();
  }

  /** A sensor that ends with an error is blind from then on, and says so; the others go on. */
  failed(collector: Collector, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#gone.get(collector)?.resolve();
    this.#failures.set(collector, `E_COLLECTOR: ${collector.name} ended and sees nothing any more: ${why}`);
    this.#log.error({ err: error, collector: collector.name }, 'a collector ended; the others go on');
  }

  capabilities(): Capability[] {
    return this.collectors.flatMap((collector) => {
      const failure = this.#failures.get(collector);
      const capabilities = collector.capabilities();
      if (failure === undefined) return capabilities;
      const why = truncate(failure);
      return capabilities.map(({ name }) => ({
        name,
        collector: collector.name,
        state: 'no' as const,
        why,
        remedy: 'restart the agent, and report this with its log',
      }));
    });
  }

  /** Cumulative, named `collector.cause`. */
  counters(): Record<string, number> {
    return Object.fromEntries(
      this.collectors.flatMap((collector) =>
        Object.entries(collector.counters()).map(([cause, count]) => [
          `${collector.name}.${cause}`.slice(0, 512),
          count,
        ]),
      ),
    );
  }
}

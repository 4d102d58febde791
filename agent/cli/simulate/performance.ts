// One simulation from its empty stage to what the agent said of it.
import { basename } from 'node:path';
import type { Alert } from '../../../schema/alert.ts';
import { compareLevels } from '../../../schema/primitives.ts';
import { openStage, type Simulation, type Stage } from '../../../simulations/index.ts';
import type { LocalClient } from '../local-client.ts';

export interface PerformanceOptions {
  readonly client: LocalClient;
  readonly twin: boolean;
  /** Whether the agent sees connections here. */
  readonly seesConnections: boolean;
  readonly signal: AbortSignal;
}

export interface Performance {
  readonly simulation: Simulation;
  /** Ids of rules; none for a twin. */
  readonly expected: readonly string[];
  /** What the agent told of this performance, in the order in which it came. */
  readonly alerts: readonly Alert[];
  readonly passed: boolean;
  readonly milliseconds: number;
}

/** How long what is expected may take to come, and how long nothing must come after a twin. */
const PATIENCE = 10_000;
const QUIET = 1_500;

/** Rejects with `StageError` or `LocalApiError` where it could not be performed. Leaves nothing behind. */
export async function perform(simulation: Simulation, options: PerformanceOptions): Promise<Performance> {
  const { client, twin, signal, seesConnections } = options;
  const expected = twin
    ? []
    : [...simulation.expects, ...(seesConnections ? simulation.expectsWithConnections : [])];
  const stage = await openStage(signal);
  const listener = new Listener(client, stage, signal);
  try {
    const watched = await client.watchHome(stage.home);
    try {
      const start = performance.now();
      await (twin ? simulation.twin(stage) : simulation.run(stage));
      await (twin ? listener.rest(QUIET) : listener.until(expected, PATIENCE));
      const milliseconds = performance.now() - start;
      const { alerts } = listener;
      return { simulation, expected, alerts, milliseconds, passed: hasPassed(alerts, expected, twin) };
    } finally {
      watched.release();
    }
  } finally {
    listener.close();
    await stage.close();
  }
}

function hasPassed(alerts: readonly Alert[], expected: readonly string[], twin: boolean): boolean {
  if (twin) return alerts.every(({ level }) => compareLevels(level, 'medium') < 0);
  return expected.every((id) => alerts.some(({ rule }) => rule.id === id));
}

/** Hears every alert from its making on and keeps those that are about this stage. */
class Listener {
  readonly alerts: Alert[] = [];
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #failure: unknown;
  #heard = (): void => {};

  constructor(client: LocalClient, stage: Stage, signal: AbortSignal) {
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    void this.#listen(client, stage.directory);
  }

  async #listen(client: LocalClient, directory: string): Promise<void> {
    const since = new Date().toISOString();
    try {
      for await (const alert of client.alerts({ since, follow: true, signal: this.#signal })) {
        if (!concerns(alert, directory)) continue;
        this.alerts.push(alert);
        this.#heard();
      }
    } catch (error) {
      this.#failure = error;
      this.#heard();
    }
  }

  /** Resolves when each of these rules was heard of, or when the time is over. */
  async until(rules: readonly string[], patience: number): Promise<void> {
    const over = AbortSignal.any([this.#signal, AbortSignal.timeout(patience)]);
    while (!over.aborted && this.#failure === undefined) {
      if (rules.every((id) => this.alerts.some(({ rule }) => rule.id === id))) return;
      await this.#next(over);
    }
    this.#check();
  }

  /** Resolves when the time is over. */
  async rest(time: number): Promise<void> {
    const over = AbortSignal.any([this.#signal, AbortSignal.timeout(time)]);
    while (!over.aborted && this.#failure === undefined) await this.#next(over);
    this.#check();
  }

  close(): void {
    this.#stop.abort();
  }

  #next(over: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#heard = resolve;
    over.addEventListener('abort', () => resolve(), { once: true });
    return promise;
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#signal.throwIfAborted();
  }
}

/** A home is written as `~` in an alert; but the project's path, or what was typed, has the stage's name in it. */
function concerns(alert: Alert, directory: string): boolean {
  return JSON.stringify(alert).includes(basename(directory));
}

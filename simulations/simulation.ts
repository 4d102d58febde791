// What a simulation is: a harmless attack of one shape and a benign look-alike, each in a folder of its own.
import type { Stage } from './stage/stage.ts';

export interface Simulation {
  readonly id: string;
  /** What the attacker does, in a few words. */
  readonly title: string;
  /** What happens on the stage, and what is harmless about it. */
  readonly description: string;
  /** Ids of the rules that must match. */
  readonly expects: readonly string[];
  /** Ids of the rules that must match besides where a sensor sees connections. */
  readonly expectsWithConnections: readonly string[];
  /** Performs the attack; resolves when everything it started has ended. Rejects with `StageError`. */
  readonly run: (stage: Stage) => Promise<void>;
  /** Performs what looks alike and is benign. */
  readonly twin: (stage: Stage) => Promise<void>;
}

// What the daemon and the commands use of the rules: load them, hand over events, get matches with their reasons.
import type { MatchReason } from '../schema/alert.ts';
import type { Event } from '../schema/event.ts';
import type { Level } from '../schema/primitives.ts';
import { Engine, type EngineMatch, type EngineRule, type FiledProblem } from './engine/engine.ts';
import { attackOf } from './attack.ts';
import { readDocuments } from './documents.ts';
import { NativeEvent } from './taxonomy/native.ts';

export interface RuleMeta {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly file: string;
  /** ATT&CK tactics in its own words: `credential-access`. */
  readonly tactics: readonly string[];
  /** ATT&CK techniques: `T1552.004`. */
  readonly techniques: readonly string[];
  readonly attackVersion: string;
  readonly tags: readonly string[];
  /** Key of the sentence that tells the alert: `lifeguard.summary` of the rule. */
  readonly summary?: string;
}

export interface RuleProblem {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly code: string;
  /** What, where, what was expected. */
  readonly message: string;
  readonly hint?: string;
}

export interface Match {
  readonly rule: RuleMeta;
  /** The event that completed the match is the last; at most 32, of a correlation the contributing ones. */
  readonly events: readonly Event[];
  readonly reasons: readonly MatchReason[];
}

export interface Detector {
  /** Rules that match on their own; those that only serve a correlation are not among them. */
  readonly rules: readonly RuleMeta[];
  readonly problems: readonly RuleProblem[];
  detect(event: Event): Match[];
  /** Cumulative: events, matches, and what the correlations had to drop, by cause. */
  counters(): Readonly<Record<string, number>>;
}

/** The rules that come with this repository. */
export const builtinRules: string = import.meta.dirname;

/** Loads directories or files. A broken file is a problem; the other rules work. */
export async function loadDetector(paths: readonly string[]): Promise<Detector> {
  const { documents, problems } = await readDocuments(paths);
  const engine = new Engine<NativeEvent>(documents);
  return new LoadedDetector(engine, [...problems, ...engine.problems]);
}

class LoadedDetector implements Detector {
  readonly rules: readonly RuleMeta[];
  readonly problems: readonly RuleProblem[];
  readonly #engine: Engine<NativeEvent>;
  readonly #metas: ReadonlyMap<EngineRule, RuleMeta>;
  #events = 0;
  #matches = 0;

  constructor(engine: Engine<NativeEvent>, problems: readonly FiledProblem[]) {
    this.#engine = engine;
    this.#metas = new Map(engine.rules.map((rule) => [rule, metaOf(rule)]));
    this.rules = engine.rules.filter(({ silent }) => !silent).map((rule) => this.#meta(rule));
    this.problems = problems.filter(({ severity }) => severity === 'error');
  }

  detect(event: Event): Match[] {
    this.#events += 1;
    const matches = this.#engine.evaluate(new NativeEvent(event)).map((match) => this.#match(match));
    this.#matches += matches.length;
    return matches;
  }

  counters(): Readonly<Record<string, number>> {
    return { events: this.#events, matches: this.#matches, ...this.#engine.counters() };
  }

  #match({ rule, events, reasons }: EngineMatch<NativeEvent>): Match {
    return { rule: this.#meta(rule), events: events.map(({ event }) => event), reasons };
  }

  #meta(rule: EngineRule): RuleMeta {
    return this.#metas.get(rule) ?? metaOf(rule);
  }
}

function metaOf({ head, level }: EngineRule): RuleMeta {
  const summary = head.custom.get('summary');
  return {
    id: head.id,
    title: head.title,
    level,
    file: head.file,
    ...attackOf(head),
    tags: head.tags,
    ...(summary === undefined ? {} : { summary }),
  };
}

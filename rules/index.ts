// What the daemon and the commands use of the rules: load them, hand over events, get matches with their reasons.
import type { MatchReason } from '../schema/alert.ts';
import type { Event } from '../schema/event.ts';
import type { Level } from '../schema/primitives.ts';
import { Engine, type EngineMatch, type EngineRule } from './engine/engine.ts';
import type { FiledProblem } from './engine/rule/collection.ts';
import { attackOf } from './attack.ts';
import { readDocuments } from './documents.ts';
import type { Exception } from './exceptions/exception.ts';
import { covers, subjectOfMatch } from './exceptions/match.ts';
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
  /** Cumulative: events, matches, matches that an exception covered, and what the correlations dropped, by cause. */
  counters(): Readonly<Record<string, number>>;
}

/** The rules that come with this repository. */
export const builtinRules: string = import.meta.dirname;

export interface DetectorOptions {
  /**
   * The detector that this one replaces: correlations that mean the same go on with what they hold. The previous one
   * must not be used any more.
   */
  readonly previous?: Detector;
}

/** Loads directories or files. A broken file is a problem; the other rules work. */
export async function loadDetector(
  paths: readonly string[],
  { previous }: DetectorOptions = {},
): Promise<Detector> {
  const { documents, exceptions, problems } = await readDocuments(paths);
  const engine = new Engine<NativeEvent>(documents);
  const detector = new LoadedDetector(engine, exceptions, [...problems, ...engine.problems]);
  if (previous instanceof LoadedDetector) detector.adopt(previous);
  return detector;
}

class LoadedDetector implements Detector {
  readonly rules: readonly RuleMeta[];
  readonly problems: readonly RuleProblem[];
  readonly #engine: Engine<NativeEvent>;
  readonly #exceptions: readonly Exception[];
  readonly #metas: ReadonlyMap<EngineRule, RuleMeta>;
  #counts = { events: 0, matches: 0, excepted: 0 };

  constructor(
    engine: Engine<NativeEvent>,
    exceptions: readonly Exception[],
    problems: readonly FiledProblem[],
  ) {
    this.#engine = engine;
    this.#exceptions = exceptions;
    this.#metas = new Map(engine.rules.map((rule) => [rule, metaOf(rule)]));
    this.rules = engine.rules.filter(({ silent }) => !silent).map((rule) => this.#meta(rule));
    this.problems = problems.filter(({ severity }) => severity === 'error');
  }

  adopt(previous: LoadedDetector): void {
    this.#engine.adopt(previous.#engine);
    this.#counts = { ...previous.#counts };
  }

  detect(event: Event): Match[] {
    this.#counts.events += 1;
    const matches: Match[] = [];
    for (const found of this.#engine.evaluate(new NativeEvent(event))) {
      const match = this.#match(found);
      if (this.#isExcepted(found.rule, match)) this.#counts.excepted += 1;
      else matches.push(match);
    }
    this.#counts.matches += matches.length;
    return matches;
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counts, ...this.#engine.counters() };
  }

  #isExcepted({ head }: EngineRule, { events }: Match): boolean {
    if (this.#exceptions.length === 0) return false;
    const subject = subjectOfMatch(head.name === undefined ? [head.id] : [head.id, head.name], events);
    return this.#exceptions.some((exception) => covers(exception, subject));
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

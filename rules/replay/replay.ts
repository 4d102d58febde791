// Recorded events through the engine, in order, each match with the line of the event that completed it.
import type { Readable } from 'node:stream';
import { Engine, type EngineMatch } from '../engine/engine.ts';
import type { FiledProblem } from '../engine/rule/collection.ts';
import type { EngineEvent, EventSource, FieldValue } from '../engine/event.ts';
import { readDocuments } from '../documents.ts';
import { type Format, readEvent } from './formats.ts';
import { readRecords } from './records.ts';

export interface ReplayMatch {
  readonly line: number;
  readonly ruleId: string;
  readonly title: string;
  readonly level: string;
}

export interface BrokenLine {
  readonly line: number;
  readonly reason: string;
}

export interface RuleCost {
  readonly ruleId: string;
  readonly title: string;
  readonly evaluated: number;
  readonly matched: number;
  readonly milliseconds: number;
}

export interface Replay {
  readonly rules: number;
  readonly problems: readonly FiledProblem[];
  run(input: Readable, format: Format): AsyncGenerator<ReplayMatch | BrokenLine>;
  counters(): Readonly<Record<string, number>>;
  /** Slowest first; empty unless a clock was given. */
  costs(): readonly RuleCost[];
}

class LinedEvent implements EngineEvent {
  readonly line: number;
  readonly #event: EngineEvent;

  constructor(line: number, event: EngineEvent) {
    this.line = line;
    this.#event = event;
  }

  get time(): number {
    return this.#event.time;
  }

  get source(): EventSource | undefined {
    return this.#event.source;
  }

  field(name: string): FieldValue | undefined {
    return this.#event.field(name);
  }

  values(): Iterable<FieldValue> {
    return this.#event.values();
  }
}

/** A recording may be merged from several sources: events may be this late, milliseconds. */
const LATENESS = 3_600_000;

/** `clock` in milliseconds makes the engine measure each rule, which slows it down. */
export async function loadReplay(paths: readonly string[], clock?: () => number): Promise<Replay> {
  const { documents, problems } = await readDocuments(paths);
  const engine = new Engine<LinedEvent>(documents, {
    limits: { lateness: LATENESS },
    ...(clock ? { clock } : {}),
  });
  let events = 0;
  let broken = 0;
  return {
    rules: engine.rules.length,
    problems: [...problems, ...engine.problems],
    costs: () =>
      engine.costs().map(({ rule, ...cost }) => ({ ruleId: rule.head.id, title: rule.head.title, ...cost })),
    counters: () => ({ events, broken, ...engine.counters() }),
    async *run(input, format) {
      for await (const { line, value, broken: reason } of readRecords(input)) {
        for (const one of Array.isArray(value) && format === 'evtx-json' ? value : [value]) {
          const event = reason ?? readEvent(one, format);
          if (typeof event === 'string') {
            broken += 1;
            yield { line, reason: event };
            continue;
          }
          events += 1;
          for (const match of engine.evaluate(new LinedEvent(line, event))) yield described(match);
        }
      }
      for (const match of engine.flush()) yield described(match);
    },
  };
}

function described({ rule, events }: EngineMatch<LinedEvent>): ReplayMatch {
  const { id, title } = rule.head;
  return { line: events.at(-1)?.line ?? 0, ruleId: id, title, level: rule.level };
}

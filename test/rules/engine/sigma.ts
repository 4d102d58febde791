// Small ways to run rules in tests.
import { Engine } from '../../../rules/engine/engine.ts';
import type { ReadOptions } from '../../../rules/engine/rule/read.ts';
import { readRules } from '../../../rules/engine/rule/read.ts';
import { flatEvent } from '../../../rules/taxonomy/flat.ts';
import type { JsonEvent } from '../../../rules/taxonomy/nested.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** A rule around a detection that is written as YAML, at any indentation. */
export function ruleAround(detection: string): string {
  const lines = detection.replace(/^\n+|\s+$/g, '').split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  const body = lines.map((line) => `  ${line.slice(indent)}`).join('\n');
  const condition = /^\s*condition:/m.test(detection) ? '' : '\n  condition: selection';
  return `title: A rule\nlogsource:\n  category: test\ndetection:\n${body}${condition}\n`;
}

export interface Outcome {
  /** Ids of the rules that matched, in order. */
  readonly matches: readonly string[];
  /** Codes of the errors in the rules. */
  readonly codes: readonly string[];
}

/** Runs events through rules, with the index and without it; both must say the same. */
export function run(text: string, events: readonly Fields[], options: ReadOptions = {}): Outcome {
  const read = readRules(text, 'test.yml', options);
  const outcomes = [true, false].map((index) => {
    const engine = new Engine<JsonEvent>(read.documents, { index });
    const found = events.flatMap((event) => engine.evaluate(flatEvent(event)));
    const matches = [...found, ...engine.flush()].map(({ rule }) => rule.head.id);
    const problems = [...read.problems, ...engine.problems];
    return {
      matches,
      codes: problems.map(({ code }): string => code).filter((code) => code.startsWith('E_')),
    };
  });
  const [indexed, naive] = outcomes;
  if (!indexed || JSON.stringify(indexed) !== JSON.stringify(naive))
    throw new Error(`the index changed the result: ${JSON.stringify(outcomes)}`);
  return indexed;
}

/** What a detection says of one event: whether it matches, or the code of what is wrong with it. */
export function judge(detection: string, event: Fields, options: ReadOptions = {}): boolean | string {
  const { matches, codes } = run(ruleAround(detection), [event], options);
  return codes[0] ?? matches.length > 0;
}

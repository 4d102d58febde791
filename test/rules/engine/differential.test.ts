// Generated rules and events: the index may only narrow, and compiling may not change a meaning.
import assert from 'node:assert/strict';
import {
  damage,
  generateCorrelation,
  generatedPlaceholders,
  generateEvent,
  generateFilter,
  generateRule,
} from '../../../bench/engine/generate.ts';
import { Random } from '../../../bench/engine/random.ts';
import { Engine } from '../../../rules/engine/engine.ts';
import { accepts } from '../../../rules/engine/match/logsource.ts';
import { readRules } from '../../../rules/engine/rule/read.ts';
import { flatEvent } from '../../../rules/taxonomy/flat.ts';
import type { JsonEvent } from '../../../rules/taxonomy/nested.ts';
import { holds } from './reference.ts';

const RULES = 60;
const EVENTS = 150;

describe('the index of candidate rules', () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8])
    it(`changes no result, and compiling no meaning (seed ${seed})`, () => {
      const random = new Random(seed);
      const texts = [
        ...Array.from({ length: RULES }, (_, id) => generateRule(random, id)),
        ...Array.from({ length: 8 }, (_, id) => generateCorrelation(random, id, RULES)),
        ...Array.from({ length: 4 }, (_, id) => generateFilter(random, id, RULES)),
      ];
      const documents = texts.flatMap(
        (text) => readRules(text, 'x', { placeholders: generatedPlaceholders }).documents,
      );
      const plainRules = documents.filter((document) => document.kind === 'rule');
      assert.ok(plainRules.length > RULES / 4, `${plainRules.length} of ${RULES} rules are valid`);
      const indexed = new Engine<JsonEvent>(documents);
      const naive = new Engine<JsonEvent>(documents, { index: false });
      const alone = new Engine<JsonEvent>(plainRules);
      let matches = 0;
      for (let i = 0; i < EVENTS; i += 1) {
        const event = flatEvent(generateEvent(random, i));
        const found = indexed.evaluate(event);
        assert.deepEqual(
          found.map(({ rule, reasons }) => [rule.head.id, reasons]),
          naive.evaluate(event).map(({ rule, reasons }) => [rule.head.id, reasons]),
        );
        const expected = plainRules.filter(
          ({ logsource, condition }) => accepts(logsource, event.source) && holds(condition, event),
        );
        assert.deepEqual(
          alone.evaluate(event).map(({ rule }) => rule.head.id),
          expected.map(({ head }) => head.id),
          JSON.stringify(event.fields),
        );
        matches += expected.length;
      }
      assert.ok(matches > EVENTS, `${matches} matches prove little`);
    });
});

describe('the reader of rules', () => {
  it('answers damaged rules with problems, never with an exception', () => {
    const random = new Random(99);
    let problems = 0;
    for (let id = 0; id < 600; id += 1) {
      const whole = random.chance(0.5) ? generateRule(random, id) : generateCorrelation(random, id, 3);
      const read = readRules(damage(random, whole), 'x', { placeholders: generatedPlaceholders });
      for (const { line, column, message } of read.problems) {
        assert.ok(line >= 1 && column >= 1 && message.length > 0);
        problems += 1;
      }
      const engine = new Engine<JsonEvent>(read.documents);
      engine.evaluate(flatEvent(generateEvent(random, id)));
    }
    assert.ok(problems > 100);
  });
});

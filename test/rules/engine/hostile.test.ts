// No rule and no event hangs the engine.
import assert from 'node:assert/strict';
import { Engine } from '../../../rules/engine/engine.ts';
import { readRules } from '../../../rules/engine/rule/read.ts';
import { lintRule } from '../../../rules/engine/lint/lint.ts';
import { know } from '../../../rules/taxonomy/known-fields.ts';
import { ruleTaxonomy } from '../../../rules/taxonomy/rule-fields.ts';
import { windowsEvent } from '../../../rules/taxonomy/windows.ts';
import { flatEvent } from '../../../rules/taxonomy/flat.ts';
import { judge, ruleAround } from './sigma.ts';

/** Milliseconds on a busy machine; what hangs takes ages. */
const PATIENCE = 4000;
const texts = ['a'.repeat(8192), `${'ab'.repeat(4096)}!`, `${'a'.repeat(8191)}b`, ' a'.repeat(4096)];

function quick<T>(run: () => T): T {
  const start = performance.now();
  const result = run();
  const took = performance.now() - start;
  assert.ok(took < PATIENCE, `${took.toFixed(0)} ms`);
  return result;
}

describe('hostile rules and events', () => {
  const expressions = [
    '(x+x+)+y',
    '(a+)+$',
    '(a|a)*b',
    '(a|aa)+$',
    '(.*)(.*)(.*)(.*)(.*)x',
    '(?:a?){500}a{500}',
    '[a-z]{1,1000}[0-9]',
    '(a|b|ab|ba){1,500}c',
    '(?i)(?:k|s){1000}$',
    '(\\w+\\s?)+$',
    '(?:[\\pL\\pN]{1,50}){1,20}!',
  ];
  for (const expression of expressions)
    it(`the expression ${expression} takes no time`, () => {
      for (const f of texts) quick(() => judge(`selection: { f|re: '${expression}' }`, { f }));
    });

  for (const expression of ['(a{1000}){1000}', '((a{100}){100}){10}', `a${'(?:b'.repeat(1500)}`])
    it(`the expression ${expression.slice(0, 30)} is refused`, () => {
      assert.equal(
        quick(() => judge(`selection: { f|re: '${expression}' }`, {})),
        'E_REGEX',
      );
    });

  it('wildcards take no time', () => {
    for (const pattern of [
      '*a'.repeat(500),
      '*a?'.repeat(300),
      `${'a*'.repeat(300)}c`,
      `*${'a'.repeat(4000)}c*`,
      '?'.repeat(4000),
    ])
      for (const f of texts) quick(() => judge(`selection: { f: '${pattern}' }`, { f }));
  });

  it('many values take no time', () => {
    const list = Array.from({ length: 5000 }, (_, at) => `'${'a'.repeat(40)}${at}'`).join(', ');
    for (const f of texts) quick(() => judge(`selection: { f|contains: [${list}] }`, { f }));
  });

  it('deep and wide conditions take no time, or are refused', () => {
    assert.equal(
      judge(`a: { f: 1 }\ncondition: ${'('.repeat(5000)}a${')'.repeat(5000)}`, {}),
      'E_RULE_LIMIT',
    );
    assert.equal(
      judge(`a: { f: 1 }\ncondition: ${'('.repeat(500)}a${')'.repeat(500)}`, {}),
      'E_CONDITION_SYNTAX',
    );
    assert.equal(judge(`a: { f: 1 }\ncondition: ${'not '.repeat(4001)}a`, {}), true);
    assert.equal(
      judge(`a: { f: 1 }\ncondition: ${Array.from({ length: 2000 }, () => 'a').join(' or ')}`, { f: 1 }),
      true,
    );
  });

  const refused: readonly (readonly [says: string, detection: string, code: string])[] = [
    ['a long value', `selection: { f: '${'a'.repeat(8193)}' }`, 'E_RULE_LIMIT'],
    ['too many values', `selection: { f: [${'1,'.repeat(20_001)}] }`, 'E_RULE_LIMIT'],
    ['deep nesting', `selection: ${'['.repeat(200)}a${']'.repeat(200)}`, 'E_RULE_LIMIT'],
    ['an explosion of placeholders', `selection: { f|expand: '${'%p%'.repeat(30)}' }`, 'E_MODIFIER_VALUE'],
  ];
  for (const [says, detection, code] of refused)
    it(`refuses ${says}`, () => {
      const placeholders = new Map([['p', ['a', 'b', 'c', 'd']]]);
      assert.equal(
        quick(() => judge(detection, {}, { placeholders })),
        code,
      );
    });

  it('names of JavaScript’s own are names like others', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      assert.equal(judge(`selection: { ${name}: x }`, {}), false, name);
      assert.equal(judge(`selection: { ${name}.length: 1 }`, {}), false, name);
      assert.equal(judge(`${name}: { f: x }\ncondition: ${name}`, { f: 'x' }), true, name);
      assert.equal(judge(`selection: { f|${name}: x }`, { f: 'x' }), 'E_MODIFIER_UNKNOWN', name);
    }
    const text = ruleAround('selection: { f: x }');
    for (const name of ['constructor', '__proto__', 'toString']) {
      const taxonomy = readRules(text.replace('title', `taxonomy: ${name}\ntitle`), 'x', {
        taxonomy: ruleTaxonomy,
      });
      assert.deepEqual(
        taxonomy.problems.map(({ code }) => code),
        ['E_RULE_TAXONOMY'],
      );
      const [rule] = readRules(text.replace('category: test', `category: ${name}`), 'x').documents;
      assert.ok(rule?.kind === 'rule');
      assert.deepEqual(lintRule(rule, know), []);
      const record = windowsEvent({ System: { EventID: 1, Channel: name }, EventData: { [name]: 'x' } });
      assert.deepEqual(record?.source, { product: 'windows' });
      assert.equal(record.field(name), 'x');
    }
    const event = JSON.parse('{"__proto__": {"f": "x"}, "logsource": {"__proto__": "y"}}') as Record<
      string,
      unknown
    >;
    assert.equal(judge('selection: { f: x }', event), false);
  });

  it('strange events match nothing and harm nothing', () => {
    const engine = new Engine(
      readRules(ruleAround(`selection: { f|contains: x }\nk: [y]\ncondition: 1 of them`), 'x').documents,
    );
    const deep = JSON.parse(`${'{"f":'.repeat(5000)}1${'}'.repeat(5000)}`) as Record<string, unknown>;
    const events = [
      {},
      { f: null },
      { f: {} },
      { f: [[[[]]]] },
      { f: Number.NaN },
      { f: 1e308 },
      { f: '\ud800' },
      { f: '\0' },
      { f: 'a'.repeat(1_000_000) },
      { f: Array.from({ length: 100_000 }, () => 'a') },
      deep,
      { time: 1e300 },
      { time: -1 },
      { time: 'x'.repeat(100_000) },
    ];
    for (const event of events)
      assert.deepEqual(
        quick(() => engine.evaluate(flatEvent(event))),
        [],
      );
  });
});

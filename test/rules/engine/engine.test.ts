import assert from 'node:assert/strict';
import { Engine } from '../../../rules/engine/engine.ts';
import { readRules } from '../../../rules/engine/rule/read.ts';
import { flatEvent } from '../../../rules/taxonomy/flat.ts';
import type { JsonEvent } from '../../../rules/taxonomy/nested.ts';
import { run } from './sigma.ts';

const admin = `title: Login
id: login
name: a_login
level: high
logsource: { category: auth, product: linux }
detection:
  selection: { action: login, User|startswith: [adm_, root] }
  remote: { Source|cidr: 10.0.0.0/8 }
  filter: { Service: cron }
  condition: selection and 1 of remote* and not filter
`;
const event = { action: 'login', User: 'adm_eve', Source: '10.1.1.1', n: 1 };

function engineOf(text: string, limits = {}): Engine<JsonEvent> {
  return new Engine<JsonEvent>(readRules(text, 'rules.yml').documents, { limits });
}

describe('the engine', () => {
  it('says why a rule matched: selections, fields, values', () => {
    const [match] = engineOf(admin).evaluate(flatEvent(event));
    assert.deepEqual(match?.reasons, [
      { selection: 'selection', field: 'action', value: 'login' },
      { selection: 'selection', field: 'User', value: 'adm_eve' },
      { selection: 'remote', field: 'Source', value: '10.1.1.1' },
    ]);
    assert.equal(match.rule.level, 'high');
    assert.equal(match.events.length, 1);
  });

  it('says which element of a list, and cuts what is long', () => {
    const text = `title: t\nlogsource: {}\ndetection:\n  s: { f|contains: evil }\n  condition: s\n`;
    const [match] = engineOf(text).evaluate(flatEvent({ f: ['good', `an EVIL ${'x'.repeat(2000)}`] }));
    assert.equal(match?.reasons[0]?.value.length, 512);
    assert.match(match.reasons[0].value, /^an EVIL x+…$/);
  });

  describe('log sources', () => {
    const rule = (logsource: string): string =>
      `title: t\nlogsource: ${logsource}\ndetection:\n  s: { a: 1 }\n  condition: s\n`;
    const cases: readonly (readonly [rule: string, event: unknown, matches: boolean])[] = [
      ['{ category: x }', { category: 'x' }, true],
      ['{ category: x }', { category: 'X' }, true],
      ['{ category: x }', { category: 'y' }, false],
      ['{ category: x }', { product: 'x' }, false],
      ['{ category: x }', { category: 'x', product: 'linux', service: 's' }, true],
      ['{ category: x, product: linux }', { category: 'x', product: 'linux' }, true],
      ['{ category: x, product: linux }', { category: 'x', product: 'windows' }, false],
      ['{ category: x, product: linux }', { category: 'x' }, false],
      ['{ product: linux, service: auditd }', { product: 'linux', category: 'x' }, false],
      ['{ category: x, product: linux }', undefined, true],
      ['{}', { category: 'x' }, true],
    ];
    for (const [logsource, given, expected] of cases)
      it(`${logsource} and ${JSON.stringify(given)}: ${expected}`, () => {
        const outcome = run(rule(logsource), [{ a: 1, ...(given ? { logsource: given } : {}) }]);
        assert.equal(outcome.matches.length > 0, expected);
      });
  });

  describe('filters', () => {
    const filter = (
      rules: string,
      condition: string,
      logsource = '{ category: auth }',
    ): string => `${admin}---
title: Known admins
logsource: ${logsource}
filter:
  rules: ${rules}
  selection: { User: adm_eve }
  condition: ${condition}
`;
    const cases: readonly (readonly [says: string, text: string, matches: number])[] = [
      ['keep quiet what they match', filter('[login]', 'selection'), 0],
      ['may be written with not, as for converters', filter('[login]', 'not selection'), 0],
      ['name rules by name', filter('[a_login]', 'selection'), 0],
      ['name any rule', filter('any', 'selection'), 0],
      ['keep to their log source', filter('[login]', 'selection', '{ category: other }'), 1],
      ['are for other rules', filter('[other]', 'selection'), 1],
      ['let others through', filter('[login]', 'selection').replace('User: adm_eve', 'User: adm_bob'), 1],
    ];
    for (const [says, text, expected] of cases)
      it(says, () => assert.equal(run(text, [event]).matches.length, expected));

    it('that name no rule are warned of', () => {
      assert.deepEqual(
        engineOf(filter('[nobody]', 'selection')).problems.map(({ code, severity, line }) => [
          code,
          severity,
          line,
        ]),
        [['E_FILTER_REFERENCE', 'warning', 15]],
      );
    });
  });

  it('names file, line, column and fix of what is wrong; other documents keep working', () => {
    const text = `${admin}---
title: broken
logsource: { category: auth }
detection:
  selection:
    Image|endwith: x
  condition: selection
---
title: also fine
logsource: { category: auth }
detection:
  s: { a: 1 }
  condition: s
`;
    const { documents, problems } = readRules(text, 'rules.yml');
    assert.equal(documents.length, 2);
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [
        {
          line: 16,
          column: 5,
          code: 'E_MODIFIER_UNKNOWN',
          severity: 'error',
          message: 'unknown modifier |endwith on Image',
          hint: 'did you mean endswith?',
        },
      ],
    );
  });

  it('refuses a second rule with the same id', () => {
    const engine = engineOf(`${admin}---\n${admin}`);
    assert.deepEqual(
      engine.problems.map(({ code, file, line }) => [code, file, line]),
      [['E_RULE_DUPLICATE', 'rules.yml', 12]],
    );
    assert.equal(engine.rules.length, 1);
  });

  const documents: readonly (readonly [says: string, text: string, code: string])[] = [
    ['no title', 'logsource: {}\ndetection: { s: { a: 1 }, condition: s }\n', 'E_RULE_MISSING'],
    [
      'a long title',
      `title: ${'x'.repeat(257)}\nlogsource: {}\ndetection: { s: { a: 1 }, condition: s }\n`,
      'E_RULE_LIMIT',
    ],
    ['no log source', 'title: t\ndetection: { s: { a: 1 }, condition: s }\n', 'E_RULE_MISSING'],
    [
      'a level of its own',
      'title: t\nlevel: huge\nlogsource: {}\ndetection: { s: { a: 1 }, condition: s }\n',
      'E_RULE_VALUE',
    ],
    [
      'another taxonomy',
      'title: t\ntaxonomy: mine\nlogsource: {}\ndetection: { s: { a: 1 }, condition: s }\n',
      'E_RULE_TAXONOMY',
    ],
    ['no kind', 'title: t\nlogsource: {}\n', 'E_RULE_KIND'],
    ['a list', '- title: t\n', 'E_RULE_TYPE'],
    ['a text', 'title\n', 'E_RULE_TYPE'],
    [
      'a log source that is a text',
      'title: t\nlogsource: x\ndetection: { s: { a: 1 }, condition: s }\n',
      'E_RULE_TYPE',
    ],
    ['no YAML', 'title: "t\n', 'E_RULE_YAML'],
  ];
  for (const [says, text, code] of documents)
    it(`refuses a document with ${says}`, () => {
      assert.deepEqual(
        readRules(text, 'x').problems.map((problem) => problem.code),
        [code],
      );
    });

  it('tells the time that each rule takes when it is given a clock', () => {
    let now = 0;
    const engine = new Engine<JsonEvent>(readRules(admin, 'x').documents, { clock: () => (now += 2) });
    engine.evaluate(flatEvent(event));
    assert.deepEqual(
      engine.costs().map(({ rule, ...cost }) => [rule.head.id, cost]),
      [['login', { evaluated: 1, matched: 1, milliseconds: 2 }]],
    );
  });
});

describe('a reload', () => {
  const counting = (gte: number, title = 'Many'): string => `${admin}---
title: ${title}
id: many
correlation: { type: event_count, rules: [login], group-by: [User], timespan: 1m, condition: { gte: ${gte} } }
`;
  const at = (second: number): JsonEvent =>
    flatEvent({ ...event, time: new Date(1.8e12 + second * 1000).toISOString() });

  function reloaded(before: string, after: string): string[] {
    const old = engineOf(before);
    for (const second of [0, 1]) assert.deepEqual(old.evaluate(at(second)), []);
    const engine = engineOf(after);
    engine.adopt(old);
    return engine.evaluate(at(2)).map(({ rule, events }) => `${rule.head.title} of ${events.length}`);
  }

  it('goes on with what unchanged correlations have seen', () => {
    assert.deepEqual(reloaded(counting(3), counting(3)), ['Many of 3']);
  });

  it('goes on when other rules, titles and levels changed', () => {
    const other = `title: other\nlogsource: { category: auth }\ndetection: { s: { x: 1 }, condition: s }\n---\n`;
    assert.deepEqual(
      reloaded(counting(3), other + counting(3, 'Very many').replace('level: high', 'level: low')),
      ['Very many of 3'],
    );
  });

  it('begins anew when the correlation, or a rule that it counts, changed', () => {
    assert.deepEqual(reloaded(counting(4), counting(3)), []);
    assert.deepEqual(reloaded(counting(3), counting(3).replace('adm_, root', 'adm_')), []);
  });
});

describe('the state of correlations', () => {
  const text = `title: a\nid: a\nlogsource: {}\ndetection: { s: { k: 1 }, condition: s }\n---
title: c\nid: c
correlation: { type: event_count, rules: [a], group-by: [user], timespan: 1h, condition: { gte: 2 } }
`;
  const hit = (user: number | string, second: number): JsonEvent =>
    flatEvent({ k: 1, user, time: 1.8e12 + second * 1000 });

  it('is bounded: the group that was quiet longest goes first, and is counted', () => {
    const engine = engineOf(text, { groups: 3 });
    for (const user of [1, 2, 3, 1, 4]) engine.evaluate(hit(user, user));
    assert.equal(engine.counters()['correlation.groups'], 3);
    assert.equal(engine.counters()['correlation.evicted'], 1);
    assert.equal(engine.evaluate(hit(2, 5)).length, 0, 'it was forgotten');
    assert.equal(engine.evaluate(hit(4, 6)).length, 1, 'it was kept');
  });

  it('forgets groups when their time is over', () => {
    const engine = engineOf(text);
    for (let user = 0; user < 100; user += 1) engine.evaluate(hit(user, 0));
    assert.equal(engine.counters()['correlation.groups'], 100);
    engine.evaluate(hit('late', 3700));
    assert.equal(engine.counters()['correlation.groups'], 1);
  });

  it('bounds the hits of all groups together', () => {
    const many = text.replace('gte: 2', 'gte: 1000');
    const engine = engineOf(many, { hits: 50 });
    for (let i = 0; i < 200; i += 1) engine.evaluate(hit(i % 10, i));
    assert.ok((engine.counters()['correlation.hits'] ?? 99) <= 50);
    assert.ok((engine.counters()['correlation.evicted'] ?? 0) > 0);
  });

  it('follows a clock that was set back, after a while', () => {
    const engine = engineOf(text);
    engine.evaluate(hit('x', 1_000_000));
    for (let i = 0; i < 70; i += 1) engine.evaluate(hit(`u${i}`, i));
    const counters = engine.counters();
    assert.equal(counters['correlation.clock-reset'], 1);
    assert.equal(counters['correlation.late'], 64);
    assert.equal(engine.evaluate(hit('u69', 70)).length, 1);
  });

  it('counts the evidence that it had to forget', () => {
    const engine = engineOf(text.replace('gte: 2', 'gte: 5'), { evidence: 2 });
    const matches = [0, 1, 2, 3, 4].flatMap((second) => engine.evaluate(hit('x', second)));
    assert.equal(matches.length, 1);
    assert.equal(matches[0]?.events.length, 2);
    assert.equal(engine.counters()['correlation.evidence-lost'], 3);
  });

  it('keeps long keys apart and short', () => {
    const engine = engineOf(text);
    const long = 'x'.repeat(5000);
    engine.evaluate(hit(`${long}a`, 0));
    assert.equal(engine.evaluate(hit(`${long}b`, 1)).length, 0);
    assert.equal(engine.evaluate(hit(`${long}a`, 2)).length, 1);
  });
});

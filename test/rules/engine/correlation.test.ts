import assert from 'node:assert/strict';
import { Engine } from '../../../rules/engine/engine.ts';
import { readRules } from '../../../rules/engine/rule/read.ts';
import { flatEvent } from '../../../rules/taxonomy/flat.ts';
import type { JsonEvent } from '../../../rules/taxonomy/nested.ts';
import { type Fields, run } from './sigma.ts';

const steps = ['a', 'b', 'c']
  .map(
    (name) => `title: rule ${name}
name: ${name}
logsource: { category: test }
detection: { selection: { kind: ${name} }, condition: selection }
`,
  )
  .join('---\n');

/** Three rules a, b, c that match `kind`, and a correlation. */
function correlation(section: string, more = ''): string {
  return `${steps}---\ntitle: correlated\nid: it\n${more}correlation: ${section}\n`;
}

/** `a@3` is an event that rule a matches in second 3; `a@3:x` has the user x. */
function events(script: string): Fields[] {
  return script
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [, kind, second, user, value] = /^(\w)@([\d.]+)(?::(\w*))?(?:=(.*))?$/.exec(word) ?? [];
      assert.ok(kind, word);
      return {
        kind,
        time: new Date(1.8e12 + Number(second) * 1000).toISOString(),
        user: user || 'u',
        ...(value === undefined ? {} : { n: value }),
      };
    });
}

function count(section: string, script: string): number {
  const { matches, codes } = run(correlation(section), events(script));
  assert.deepEqual(codes, []);
  return matches.filter((id) => id === 'it').length;
}

describe('Sigma 2.1: correlations', () => {
  const base = (type: string, condition: string, rules = '[a]', span = '10s'): string =>
    `{ type: ${type}, rules: ${rules}, group-by: [user], timespan: ${span}, condition: ${condition} }`;
  const cases: readonly (readonly [says: string, section: string, script: string, matches: number])[] = [
    ['event_count reaches its count', base('event_count', '{ gte: 3 }'), 'a@0 a@1 a@2', 1],
    ['event_count: too few', base('event_count', '{ gte: 3 }'), 'a@0 a@1', 0],
    ['event_count: gt', base('event_count', '{ gt: 2 }'), 'a@0 a@1 a@2', 1],
    ['event_count: not within the timespan', base('event_count', '{ gte: 3 }'), 'a@0 a@6 a@11', 0],
    ['the timespan slides', base('event_count', '{ gte: 3 }'), 'a@0 a@6 a@11 a@12', 1],
    ['the whole timespan counts', base('event_count', '{ gte: 2 }'), 'a@0 a@10', 1],
    ['groups are counted apart', base('event_count', '{ gte: 2 }'), 'a@0:x a@1:y a@2:x', 1],
    ['other rules are not counted', base('event_count', '{ gte: 2 }'), 'a@0 b@1 b@2', 0],
    ['several rules count together', base('event_count', '{ gte: 3 }', '[a, b]'), 'a@0 b@1 a@2', 1],
    ['more events are one match', base('event_count', '{ gte: 2 }'), 'a@0 a@1 a@2 a@3 a@4', 1],
    ['a match again after a pause', base('event_count', '{ gte: 2 }'), 'a@0 a@1 a@30 a@31', 2],
    [
      'a lasting flood is told once a timespan',
      base('event_count', '{ gte: 2 }'),
      'a@0 a@4 a@8 a@12 a@16',
      2,
    ],
    ['lt, when the window is over', base('event_count', '{ lt: 3 }'), 'a@0 a@1', 1],
    ['lt: too many', base('event_count', '{ lt: 3 }'), 'a@0 a@1 a@2', 0],
    ['lte', base('event_count', '{ lte: 3 }'), 'a@0 a@1 a@2', 1],
    ['eq', base('event_count', '{ eq: 2 }'), 'a@0 a@1', 1],
    ['eq: passed by', base('event_count', '{ eq: 2 }'), 'a@0 a@1 a@2', 0],
    ['neq', base('event_count', '{ neq: 2 }'), 'a@0 a@1 a@2', 1],
    ['a range', base('event_count', '{ gt: 1, lte: 3 }'), 'a@0 a@1 a@2', 1],
    ['a range: beyond', base('event_count', '{ gt: 1, lte: 2 }'), 'a@0 a@1 a@2', 0],
    ['a second window', base('event_count', '{ eq: 1 }'), 'a@0 a@60', 2],
    ['value_count counts distinct values', base('value_count', '{ field: n, gte: 2 }'), 'a@0=x a@1=y', 1],
    ['value_count: the same value twice', base('value_count', '{ field: n, gte: 2 }'), 'a@0=x a@1=x', 0],
    ['value_count: out of the window', base('value_count', '{ field: n, gte: 2 }'), 'a@0=x a@11=y', 0],
    ['value_count: a value seen again', base('value_count', '{ field: n, gte: 2 }'), 'a@0=x a@8=x a@12=y', 1],
    ['value_count: events without the field', base('value_count', '{ field: n, gte: 2 }'), 'a@0=x a@1', 0],
    ['value_count: lt', base('value_count', '{ field: n, lt: 2 }'), 'a@0=x a@1=x', 1],
    [
      'value_count of a combination',
      base('value_count', '{ field: [n, kind], gte: 2 }', '[a, b]'),
      'a@0=x b@1=x',
      1,
    ],
    ['value_sum', base('value_sum', '{ field: n, gt: 100 }'), 'a@0=60 a@1=41', 1],
    ['value_sum: not enough', base('value_sum', '{ field: n, gt: 100 }'), 'a@0=60 a@1=40', 0],
    ['value_sum: old values leave', base('value_sum', '{ field: n, gt: 100 }'), 'a@0=60 a@11=41', 0],
    ['value_sum: no numbers', base('value_sum', '{ field: n, gt: 1 }'), 'a@0=x a@1=y', 0],
    ['value_sum: lt', base('value_sum', '{ field: n, lt: 100 }'), 'a@0=60 a@1=30', 1],
    ['value_avg', base('value_avg', '{ field: n, gt: 50 }'), 'a@0=10 a@1=100', 1],
    [
      'value_avg: a high value alone is not the average',
      base('value_avg', '{ field: n, gt: 50 }'),
      'a@0=90 a@1=1',
      0,
    ],
    [
      'value_percentile',
      base('value_percentile', '{ field: n, percentile: 50, gte: 3 }'),
      'a@0=1 a@1=3 a@2=9',
      1,
    ],
    [
      'value_percentile 50 is the median',
      base('value_percentile', '{ field: n, percentile: 50, gt: 3 }'),
      'a@0=1 a@1=3 a@2=9',
      0,
    ],
    [
      'value_percentile 100 is the greatest',
      base('value_percentile', '{ field: n, percentile: 100, eq: 9 }'),
      'a@0=1 a@1=3 a@2=9',
      1,
    ],
    ['share of a value', base('value_percentile', '{ field: n, lte: 25 }'), 'a@0=x a@1=x a@2=x a@3=y', 1],
    [
      'share of a value: none rare',
      base('value_percentile', '{ field: n, lte: 25 }'),
      'a@0=x a@1=x a@2=y a@3=y',
      0,
    ],
    ['temporal in any order', base('temporal', '{ gte: 3 }', '[a, b, c]'), 'c@0 a@1 b@2', 1],
    ['temporal: one is missing', base('temporal', '{ gte: 3 }', '[a, b, c]'), 'c@0 a@1 a@2', 0],
    ['temporal: two of three', base('temporal', '{ gte: 2 }', '[a, b, c]'), 'c@0 a@1', 1],
    ['temporal: out of the timespan', base('temporal', '{ gte: 2 }', '[a, b]'), 'a@0 b@11', 0],
    ['temporal: a newer hit counts', base('temporal', '{ gte: 2 }', '[a, b]'), 'a@0 a@5 b@11', 1],
    ['temporal: other groups do not help', base('temporal', '{ gte: 2 }', '[a, b]'), 'a@0:x b@1:y', 0],
    ['temporal: lt', base('temporal', '{ lt: 2 }', '[a, b]'), 'a@0 a@1', 1],
    ['temporal_ordered', base('temporal_ordered', '{ gte: 3 }', '[a, b, c]'), 'a@0 b@1 c@2', 1],
    ['temporal_ordered: wrong order', base('temporal_ordered', '{ gte: 3 }', '[a, b, c]'), 'b@0 a@1 c@2', 0],
    [
      'temporal_ordered: others between',
      base('temporal_ordered', '{ gte: 3 }', '[a, b, c]'),
      'a@0 a@1 b@2 a@3 a@4 c@5',
      1,
    ],
    [
      'temporal_ordered: the first one may repeat later',
      base('temporal_ordered', '{ gte: 3 }', '[a, b, c]'),
      'a@0 b@1 a@2 a@3 c@4',
      1,
    ],
    ['temporal_ordered: too slow', base('temporal_ordered', '{ gte: 3 }', '[a, b, c]'), 'a@0 b@5 c@11', 0],
    [
      'temporal_ordered: a later start is in time',
      base('temporal_ordered', '{ gte: 3 }', '[a, b, c]'),
      'a@0 a@3 b@5 c@11',
      1,
    ],
    ['temporal_ordered: two of three', base('temporal_ordered', '{ gte: 2 }', '[a, b, c]'), 'a@0 c@1', 1],
    [
      'temporal_ordered: two of three, wrong order',
      base('temporal_ordered', '{ gte: 2 }', '[a, b, c]'),
      'c@0 b@1 a@2',
      0,
    ],
    ['late events count by their own time', base('temporal_ordered', '{ gte: 2 }', '[a, b]'), 'b@3 a@2', 1],
    [
      'late events do not turn an order round',
      base('temporal_ordered', '{ gte: 2 }', '[a, b]'),
      'a@3 b@2',
      0,
    ],
    ['too late is not counted', base('event_count', '{ gte: 2 }', '[a]', '1h'), 'a@100 a@94', 0],
    ['a little late is', base('event_count', '{ gte: 2 }', '[a]', '1h'), 'a@100 a@96', 1],
  ];
  for (const [says, section, script, expected] of cases)
    it(says, () => {
      assert.equal(count(section, script), expected, `${section}\n${script}`);
    });

  it('temporal needs no condition: all rules', () => {
    const section = '{ type: temporal, rules: [a, b], group-by: [user], timespan: 5m }';
    assert.equal(count(section, 'a@0 b@299'), 1);
    assert.equal(count(section, 'a@0 a@1'), 0);
  });

  it('takes spans in seconds, minutes, hours and days', () => {
    for (const [span, seconds] of [
      ['5s', 5],
      ['5m', 300],
      ['2h', 7200],
      ['1d', 86_400],
    ] as const) {
      assert.equal(count(base('event_count', '{ gte: 2 }', '[a]', span), `a@0 a@${seconds}`), 1, span);
      assert.equal(count(base('event_count', '{ gte: 2 }', '[a]', span), `a@0 a@${seconds + 1}`), 0, span);
    }
  });

  it('drops events without a group-by field, and counts them', () => {
    const { documents } = readRules(correlation(base('event_count', '{ gte: 1 }')), 'x.yml');
    const engine = new Engine<JsonEvent>(documents);
    assert.deepEqual(engine.evaluate(flatEvent({ kind: 'a', time: '2026-01-01T00:00:00Z' })), []);
    assert.equal(engine.counters()['correlation.no-key'], 1);
  });

  it('groups by several fields, linked by AND', () => {
    const section =
      '{ type: event_count, rules: [a], group-by: [user, kind], timespan: 1m, condition: { gte: 2 } }';
    assert.equal(count(section, 'a@0:x a@1:y a@2:y'), 1);
  });

  it('groups all events together where group-by is empty', () => {
    const section = '{ type: event_count, rules: [a], group-by: [], timespan: 1m, condition: { gte: 2 } }';
    assert.equal(count(section, 'a@0:x a@1:y'), 1);
  });

  it('resolves field aliases by rule', () => {
    const section = `{ type: temporal, rules: [a, b], group-by: [who], timespan: 1m,
      aliases: { who: { a: user, b: n } } }`;
    assert.equal(count(section, 'a@0:eve b@1:mallory=eve'), 1);
    assert.equal(count(section, 'a@0:eve b@1:eve=mallory'), 0);
  });

  it('keeps the correlated rules to itself unless it says generate', () => {
    const section = base('event_count', '{ gte: 2 }');
    assert.deepEqual(run(correlation(section), events('a@0 a@1 b@2')).matches, ['it', 'b']);
    assert.deepEqual(run(correlation(section, 'generate: true\n'), events('a@0 a@1')).matches, [
      'a',
      'a',
      'it',
    ]);
  });

  it('chains correlations: failed logins, then a successful one', () => {
    const text = `${correlation(base('event_count', '{ gte: 3 }'), 'name: many\n')}---
title: outer
id: outer
level: high
correlation: { type: temporal_ordered, rules: [many, b], group-by: [user], timespan: 1m }
`;
    assert.deepEqual(run(text, events('a@0 a@1 a@2 b@3')).matches, ['outer']);
    assert.deepEqual(run(text, events('b@0 a@1 a@2 a@3')).matches, []);
    assert.deepEqual(run(text, events('a@0 a@1 b@3')).matches, []);
  });

  it('chains a window that is judged at its end', () => {
    const text = `${correlation(base('event_count', '{ eq: 2 }'), 'name: two\n')}---
title: outer
id: outer
correlation: { type: event_count, rules: [two], group-by: [user], timespan: 1h, condition: { gte: 2 } }
`;
    assert.deepEqual(run(text, events('a@0 a@1 a@60 a@61 a@120')).matches, ['outer']);
  });

  it('is told in any order and across files', () => {
    const [a = '', b = '', c = '', it = ''] = correlation(base('temporal', '{ gte: 2 }', '[a, b]')).split(
      '---\n',
    );
    const documents = [it, c, b, a].flatMap((text, at) => readRules(text, `${at}.yml`).documents);
    const engine = new Engine<JsonEvent>(documents);
    assert.deepEqual(engine.problems, []);
    const matches = events('a@0 b@1').flatMap((event) => engine.evaluate(flatEvent(event)));
    assert.deepEqual(
      matches.map(({ rule, events: given }) => [rule.head.id, given.length]),
      [['it', 2]],
    );
  });

  it('inherits the highest level of its rules, and tells why each of them matched', () => {
    const text = correlation(base('temporal', '{ gte: 2 }', '[a, b]')).replace(
      'name: b\n',
      'name: b\nlevel: high\n',
    );
    const engine = new Engine<JsonEvent>(readRules(text, 'x.yml').documents);
    const [match] = events('a@0 b@1').flatMap((event) => engine.evaluate(flatEvent(event)));
    assert.equal(match?.rule.level, 'high');
    assert.deepEqual(match.reasons, [
      { selection: 'a: selection', field: 'kind', value: 'a' },
      { selection: 'b: selection', field: 'kind', value: 'b' },
    ]);
  });

  const refused: readonly (readonly [section: string, code: string])[] = [
    ['{ rules: [a], group-by: [user], timespan: 1m }', 'E_RULE_MISSING'],
    ['{ type: counting, rules: [a], group-by: [user], timespan: 1m }', 'E_RULE_VALUE'],
    ['{ type: temporal, group-by: [user], timespan: 1m }', 'E_RULE_MISSING'],
    ['{ type: temporal, rules: [], group-by: [user], timespan: 1m }', 'E_RULE_VALUE'],
    ['{ type: temporal, rules: [a, a], group-by: [user], timespan: 1m }', 'E_RULE_VALUE'],
    ['{ type: temporal, rules: [a, z], group-by: [user], timespan: 1m }', 'E_CORRELATION_REFERENCE'],
    ['{ type: temporal, rules: [a, it], group-by: [user], timespan: 1m }', 'E_CORRELATION_CYCLE'],
    ['{ type: temporal, rules: [a], timespan: 1m }', 'E_RULE_MISSING'],
    ['{ type: temporal, rules: [a], group-by: [user] }', 'E_RULE_MISSING'],
    ['{ type: temporal, rules: [a], group-by: [user], timespan: 1w }', 'E_RULE_VALUE'],
    ['{ type: temporal, rules: [a], group-by: [user], timespan: 1M }', 'E_RULE_VALUE'],
    ['{ type: temporal, rules: [a], group-by: [user], timespan: 0s }', 'E_RULE_VALUE'],
    ['{ type: temporal, rules: [a], group-by: [user], timespan: 90 }', 'E_RULE_VALUE'],
    ['{ type: event_count, rules: [a], group-by: [user], timespan: 1m }', 'E_RULE_MISSING'],
    ['{ type: event_count, rules: [a], group-by: [user], timespan: 1m, condition: {} }', 'E_RULE_MISSING'],
    [
      '{ type: event_count, rules: [a], group-by: [user], timespan: 1m, condition: { ge: 3 } }',
      'E_RULE_VALUE',
    ],
    [
      "{ type: event_count, rules: [a], group-by: [user], timespan: 1m, condition: { gte: '3' } }",
      'E_RULE_TYPE',
    ],
    [
      '{ type: event_count, rules: [a], group-by: [user], timespan: 1m, condition: { gte: 1000000 } }',
      'E_RULE_LIMIT',
    ],
    [
      '{ type: value_count, rules: [a], group-by: [user], timespan: 1m, condition: { gte: 3 } }',
      'E_RULE_MISSING',
    ],
    [
      '{ type: temporal, rules: [a], group-by: [x], timespan: 1m, aliases: { x: { b: user } } }',
      'E_CORRELATION_REFERENCE',
    ],
  ];
  for (const [section, code] of refused)
    it(`refuses ${section} with ${code}, and the other rules keep working`, () => {
      const { codes, matches } = run(correlation(section), events('a@0'));
      assert.deepEqual(codes, [code]);
      assert.deepEqual(matches, ['a']);
    });
});

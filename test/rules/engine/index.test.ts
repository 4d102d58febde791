// The parts of the candidate index, each against the plainest way to say the same.
import assert from 'node:assert/strict';
import { generateText } from '../../../bench/engine/generate.ts';
import { Random } from '../../../bench/engine/random.ts';
import { Automaton, searchKey } from '../../../rules/engine/index/automaton.ts';
import { EdgeIndex } from '../../../rules/engine/index/edges.ts';
import { necessary } from '../../../rules/engine/index/necessary.ts';
import { necessaryLiteral } from '../../../rules/engine/index/regex-literal.ts';
import { countCharacters, narrowest } from '../../../rules/engine/index/window.ts';
import { compileRegex } from '../../../rules/engine/match/regex.ts';
import { fold } from '../../../rules/engine/text/fold.ts';
import { readRules } from '../../../rules/engine/rule/read.ts';
import { ruleAround } from './sigma.ts';

const ascii = (text: string): string => text.replace(/[^ -~]/g, '').toLowerCase();

describe('the automaton', () => {
  it('finds every literal that a text contains, and in ASCII no other', () => {
    const random = new Random(5);
    let found = 0;
    for (let round = 0; round < 300; round += 1) {
      const pieces = random.some(1, 30, () => ascii(generateText(random)));
      const literals = [
        ...new Set(pieces.map((text) => text.slice(random.below(6), 2 + random.below(20))).filter(Boolean)),
      ];
      const automaton = new Automaton(literals);
      for (let i = 0; i < 10; i += 1) {
        const text = `${ascii(generateText(random))}${random.pick(pieces)}`;
        const seen = new Set<string>();
        automaton.scan(text, (literal) => seen.add(literals[literal] ?? ''));
        const expected = literals.filter((literal) => text.includes(literal));
        assert.deepEqual([...seen].toSorted(), expected.toSorted(), JSON.stringify({ text, literals }));
        found += seen.size;
      }
    }
    assert.ok(found > 3000, `${found} sightings prove little`);
  });

  it('finds every literal beyond ASCII, though perhaps more', () => {
    const random = new Random(6);
    for (let round = 0; round < 300; round += 1) {
      const all = random.some(1, 20, () => fold(generateText(random)).toWellFormed()).filter(Boolean);
      const literals = [...new Map(all.map((text) => [searchKey(text), text])).values()];
      const automaton = new Automaton(literals);
      const text =
        `${generateText(random)}${random.pick(literals.length > 0 ? literals : [''])}`.toWellFormed();
      const seen = new Set<string>();
      automaton.scan(fold(text), (literal) => seen.add(searchKey(literals[literal] ?? '')));
      for (const literal of literals)
        if (fold(text).includes(literal))
          assert.ok(seen.has(searchKey(literal)), JSON.stringify({ text, literal }));
    }
  });
});

describe('literals at the edges of a value', () => {
  it('are found exactly where they stand', () => {
    const random = new Random(7);
    const literals = [...new Set(random.some(60, 60, () => generateText(random)))].filter(Boolean);
    const edges = new EdgeIndex();
    for (const [group, text] of literals.entries())
      edges.add(0, text, group % 2 === 0 ? 'start' : 'end', group);
    for (let i = 0; i < 2000; i += 1) {
      const text = `${random.pick(literals)}${generateText(random)}${random.pick(literals)}`;
      const found: number[] = [];
      edges.collect(0, text, found);
      const expected = [...literals.keys()].filter((group) =>
        group % 2 === 0 ? text.startsWith(literals[group] ?? '') : text.endsWith(literals[group] ?? ''),
      );
      assert.deepEqual(
        found.toSorted((a, b) => a - b),
        expected,
      );
      const none: number[] = [];
      edges.collect(1, text, none);
      assert.deepEqual(none, []);
    }
  });
});

describe('the window of a literal', () => {
  it('is a part of it, at its anchored end', () => {
    const random = new Random(8);
    const counts = countCharacters(['abc', 'windows', 'system32']);
    for (let i = 0; i < 2000; i += 1) {
      const text = `${generateText(random)}${generateText(random)}`.toWellFormed();
      assert.ok(text.includes(narrowest(text, 'any', counts)));
      assert.ok(text.startsWith(narrowest(text, 'start', counts)));
      assert.ok(text.endsWith(narrowest(text, 'end', counts)));
      for (const anchor of ['any', 'start', 'end'] as const)
        assert.ok(narrowest(text, anchor, counts).isWellFormed());
    }
  });
});

describe('necessary literals', () => {
  const expressions: readonly (readonly [source: string, literal: string])[] = [
    ['abc', 'abc'],
    ['abcd?e', 'abc'],
    ['abcd*e', 'abc'],
    ['abcd+e', 'abcd'],
    ['abcd{0,3}xy', 'abc'],
    ['abc{', ''],
    ['(?i)Secret', 'Secret'],
    ['a(bcdefgh)?kl', 'kl'],
    ['a(bcd|efg)hijk', 'hijk'],
    ['abcdef|x', ''],
    ['x|', ''],
    ['[abc]def', 'def'],
    ['[]abc]def', 'def'],
    ['[^]abc]def', 'def'],
    ['[[:alpha:]]def', ''],
    ['\\\\temp\\\\x\\.exe', '\\temp\\x.exe'],
    ['\\x41bcdef', ''],
    ['\\Qa|b\\Eabc', ''],
    ['\\pLabc', ''],
    ['^abc$', 'abc'],
    ['a.cd', 'cd'],
    ['\\d+abc\\s', 'abc'],
    ['((a)b(c))xyz', 'xyz'],
    ['(a[)]b)xyz', 'xyz'],
    ['(a\\)b)xyz', 'xyz'],
    ['éabc', 'abc'],
    ['', ''],
  ];
  for (const [source, literal] of expressions)
    it(`of /${source}/ are ${JSON.stringify(literal)}`, () => {
      assert.equal(necessaryLiteral(source), literal);
    });

  it('stand in whatever the expression matches', () => {
    const random = new Random(9);
    const parts = [
      'a',
      'b',
      'k',
      's',
      '?',
      '*',
      '+',
      '{1,2}',
      '(',
      ')',
      '[',
      ']',
      '|',
      '\\.',
      '\\s',
      '.',
      '^',
      '$',
      '(?i)',
      '-',
      'X',
    ];
    let tried = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const source = random.some(1, 8, () => random.pick(parts)).join('');
      const literal = fold(necessaryLiteral(source));
      const compiled = literal ? compileRegex(source, '') : 'none';
      if (typeof compiled === 'string') continue;
      for (let i = 0; i < 4; i += 1) {
        const text = random
          .some(0, 6, () => random.pick(['a', 'b', 'k', 's', 'ſ', 'K', '.', ' ', '-', 'X', 'A']))
          .join('');
        if (!compiled.test(text)) continue;
        tried += 1;
        assert.ok(fold(text).includes(literal), JSON.stringify({ source, literal, text }));
      }
    }
    assert.ok(tried > 1000, `${tried} matches prove little`);
  });

  const conditions: readonly (readonly [detection: string, groups: string | undefined])[] = [
    [`selection: { f|contains: Abc }`, 'any:abc'],
    [`selection: { f|startswith: Abc }`, 'start:abc'],
    [`selection: { f|endswith: Abc }`, 'end:abc'],
    [`selection: { f: Abc }`, 'end:abc'],
    [`selection: { f: 'a*bcd*e' }`, 'any:bcd'],
    [`selection: { f: 'a*bcd' }`, 'end:bcd'],
    [`selection: { f: '*' }`, undefined],
    [`selection: { f|contains: x }`, undefined],
    [`selection: { f|contains: [abc, def] }`, 'any:abc|any:def'],
    [`selection: { f|contains: [abc, x] }`, undefined],
    [`selection: { f|contains|all: [abc, def] }`, 'any:abc & any:def'],
    [`selection: { f: abc, g|re: x }`, 'end:abc'],
    [`selection: { f|contains|windash: '/a –b' }`, 'any:-a -b'],
    [`selection: { f: 5 }`, 'end:5'],
    [`selection: { f: 0x10 }`, 'end:16|end:0x10'],
    [`selection: { f: null }`, undefined],
    [`selection: { f|gt: 5 }`, undefined],
    [`selection: [abc]`, undefined],
    [`a: { f: abc }\nb: { f: def }\ncondition: a or b`, 'end:abc|end:def'],
    [`a: { f: abc }\nb: { f: def }\ncondition: a and not b`, 'end:abc'],
    [`a: { f: abc }\nb: { f: def }\ncondition: not a`, undefined],
    [`a: { f: abc }\nb: { f: null }\ncondition: a or b`, undefined],
  ];
  for (const [detection, expected] of conditions)
    it(`of ${detection.replaceAll('\n', ' ; ')} are ${expected ?? 'unknown'}`, () => {
      const [rule] = readRules(ruleAround(detection), 'x').documents;
      assert.ok(rule?.kind === 'rule');
      const groups = necessary(rule.condition)?.map((group) =>
        group.map(({ anchor, text }) => `${anchor}:${text}`).join('|'),
      );
      assert.equal(groups?.join(' & '), expected);
    });
});

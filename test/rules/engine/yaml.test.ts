// The quick reader of YAML must read as the whole language does, or give up.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { damage } from '../../../bench/engine/generate.ts';
import { Random } from '../../../bench/engine/random.ts';
import { RuleFault } from '../../../rules/engine/problem.ts';
import { readBlocks } from '../../../rules/engine/yaml/block.ts';
import { readWithLibrary } from '../../../rules/engine/yaml/library.ts';
import type { Node } from '../../../rules/engine/yaml/node.ts';

function plain(node: Node | undefined | RuleFault): unknown {
  if (node === undefined || node instanceof RuleFault) return String(node);
  // Where nothing stands is a matter of taste.
  if (node.kind === 'scalar') return node.value === null ? null : [node.value, node.source, node.offset];
  if (node.kind === 'sequence') return [node.offset, node.items.map(plain)];
  return [node.offset, node.entries.map(({ key, offset, value }) => [key, offset, plain(value)])];
}

/** Whether the quick reader read it; it must then say what the library says. */
function compare(text: string): boolean {
  const quick = readBlocks(text);
  if (!quick) return false;
  const [ours, theirs] = [quick, readWithLibrary(text)].map((documents) =>
    documents.filter(Boolean).map(plain),
  );
  assert.deepEqual(ours, theirs, JSON.stringify(text));
  return true;
}

const sample = `title: A 'rule'
# comment
status: test # another
list:
  - plain text with: no key
  - 'it''s'
  - "a \\"quote\\" and \\\\ "
same:
- a
- b: 1
  c: -2
  d:
    e: true
nothing:
tilde: ~
'quoted key|all':
  - http://x.example/#y
literal: |
  one
    two

  three
kept: |+
  x

stripped: |-
  y
last: 2025-08-02
`.replace('plain text with: no key', 'plain text');

describe('YAML', () => {
  const quick: readonly string[] = [
    sample,
    'a: 1\n',
    'a: 1',
    '- a\n- b\n',
    '',
    '# only a comment\n',
    '---\na: 1\n---\nb: 2\n',
    'a: 1\n---\n# nothing\n',
    'a:\n  - b:\n      - c\n    d: e\n',
    'a: x#y\nb: "x"   # z\n',
    "a: '%one%'\nb: 'C:\\Windows\\*'\n",
    'a: -\n'.replace('-', '-x'),
    'key with spaces: value with spaces\n',
    'a: |\n  text\n\n\nb: 1\n',
    'a: 0\nb: 007\nc: +5\n',
    'a: yes\nb: on\nc: NULL\nd: True\n',
    'a::b: c\nd: e:f\n',
    'a:   \n  b: 1\n',
  ];
  for (const text of quick)
    it(`is read quickly: ${JSON.stringify(text.slice(0, 60))}`, () => {
      assert.ok(compare(text), 'gave up');
    });

  const left: readonly string[] = [
    'a: [1, 2]\n',
    'a: { b: c }\n',
    'a: &x 1\nb: *x\n',
    'a: >\n  folded\n',
    'a: one\n  two\n',
    'a: "one\n  two"\n',
    "a: 'one\n  two'\n",
    'a:\tb\n',
    '\ta: b\n',
    'a: b\r\n',
    'a: 1\na: 2\n',
    'a: b: c\n',
    'a\n',
    '? a\n: b\n',
    'a: !!str 1\n',
    '%YAML 1.2\n---\na: 1\n',
    'a: 1\n...\n',
    '--- a\n',
    'a: 1.5\nb: 0x10\nc: .inf\n',
    'a: "\\u0041"\n',
    'a: |2\n   x\n',
    'a: @b\n',
    'a: `b\n',
    'a: %b\n',
    'a:\n - 1\n  - 2\n',
    'a:\n  b: 1\n c: 2\n',
    '- - a\n',
    '-\n  a: 1\n',
    'a: |\n',
    '  a: 1\n',
    'a: 1\n  # x\n  b: 2\n',
    '\ufeffa: 1\n',
    'a: ,b\n',
    "a: 'b' c\n",
    "'a': 1\n'a': 2\n",
    'a: 99999999999999999999\n',
  ];
  for (const text of left)
    it(`is read by the library, or as it is there: ${JSON.stringify(text)}`, () => {
      compare(text);
    });

  it('is read alike when it is damaged', () => {
    const random = new Random(11);
    let read = 0;
    for (let i = 0; i < 4000; i += 1) if (compare(damage(random, sample))) read += 1;
    assert.ok(read > 500, `${read} of 4000 were read quickly`);
  });

  it('has limits: aliases, depth', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replace(/./g, (name) => {
      const before = String.fromCharCode(name.charCodeAt(0) - 1);
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]\n`;
    })}`;
    const [read] = readWithLibrary(bomb);
    assert.ok(read instanceof RuleFault && read.code === 'E_RULE_LIMIT');
    const [deep] = readWithLibrary(`a: ${'['.repeat(20_000)}`);
    assert.ok(deep instanceof RuleFault);
  });

  it('is read alike in the rules of SigmaHQ', function () {
    // Every eighth: bench/engine/fuzz.ts compares them all.
    const files = globSync('../shared/sigma/{rules,regression,spec/tests}/**/*.yml').filter(
      (_, at) => at % 8 === 0,
    );
    if (files.length === 0) {
      console.warn('SKIPPED: ../shared/sigma is absent');
      this.skip();
    }
    const read = files.filter((file) => compare(readFileSync(file, 'utf8'))).length;
    assert.ok(read > files.length * 0.99, `${read} of ${files.length} were read quickly`);
  });
});

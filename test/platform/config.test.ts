import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { formatProblem, MAX_CONFIG, parseConfig, readConfig } from '../../platform/config.ts';
import { agentConfig, centralConfig } from '../../schema/config.ts';

describe('configuration: what is accepted', () => {
  it('fills in the defaults of an empty file, of a comment and of nothing but a document mark', () => {
    for (const text of ['', '# only a comment\n', '---\n'])
      assert.deepEqual(parseConfig(text, 'f', agentConfig), {
        ok: true,
        value: { mode: 'audit', homes: 'auto', projects: [], rules: [] },
      });
  });

  it('keeps what is written', () => {
    const text = 'mode: protect\nhomes: [/home/ada]\ncentral: { url: "wss://collector:7600" }\n';
    const result = parseConfig(text, 'f', agentConfig);
    assert.ok(result.ok);
    assert.deepEqual(result.value.homes, ['/home/ada']);
    assert.deepEqual(result.value.central, { url: 'wss://collector:7600' });
  });
});

// text → problems as a person reads them
const agentCases: readonly (readonly [title: string, text: string, ...problems: string[]])[] = [
  [
    'an unknown key, with its place and the nearest one',
    'mode: audit\nhmoes: auto\n',
    'f:2:1: hmoes: is not a known key here (known: mode, homes, projects, stateDir, rules, central); did you mean homes?',
  ],
  [
    'a nested unknown key',
    'central:\n  uri: wss://x\n  url: wss://x\n',
    'f:2:3: central.uri: is not a known key here (known: url); did you mean url?',
  ],
  [
    'every unknown key, not only the first',
    'a_key: 1\nmode: audit\nanother: 2\n',
    'f:1:1: a_key: is not a known key here (known: mode, homes, projects, stateDir, rules, central)',
    'f:3:1: another: is not a known key here (known: mode, homes, projects, stateDir, rules, central)',
  ],
  [
    'a wrong word',
    'mode: protekt\n',
    'f:1:7: mode: must be audit or protect, not "protekt"; did you mean protect?',
  ],
  ['a wrong type', 'homes: 42\n', 'f:1:8: homes: must be auto or a list, not 42'],
  ['an empty value', 'central:\n', 'f:1:9: central: must be a mapping, not empty'],
  ['a list element', 'projects:\n  - /srv/a\n  - srv/b\n', 'f:3:5: projects[1]: must be an absolute path'],
  [
    'an element of the wrong type',
    'projects: [/srv/a, [x]]\n',
    'f:1:20: projects[1]: must be a string, not a list',
  ],
  ['a missing key', 'central: {}\n', 'f:1:10: central.url: is required'],
  [
    'a value that its own check refuses',
    'central: {url: http://x}\n',
    'f:1:16: central.url: must be a ws:// or wss:// address',
  ],
  ['a list where a mapping belongs', '- mode: audit\n', 'f:1:1: must be a mapping, not a list'],
  ['bare text', 'protect\n', 'f:1:1: must be a mapping, not "protect"'],
  ['the same key twice', 'mode: audit\nmode: protect\n', 'f:2:1: the same key twice in one mapping'],
  [
    'a forbidden prototype key',
    '__proto__: {mode: protect}\n',
    'f:1:1: __proto__: is not a known key here (known: mode, homes, projects, stateDir, rules, central)',
  ],
  ['an alias', 'projects: &p [/a]\nrules: *p\n', 'f:1:14: anchors and aliases are not accepted here'],
  ['an unknown tag', 'mode: !secret audit\n', 'f:1:7: Unresolved tag: !secret'],
  ['two documents', 'mode: audit\n---\nmode: audit\n', 'f:2:1: a second document in the file'],
  ['a tab as indentation', 'central:\n\turl: x\n', 'f:2:1: Tabs are not allowed as indentation'],
];

describe('configuration: what is refused', () => {
  for (const [title, text, ...expected] of agentCases)
    it(title, () => {
      const result = parseConfig(text, 'f', agentConfig);
      assert.ok(!result.ok);
      assert.deepEqual(result.problems.map(formatProblem), expected);
    });

  it('a port out of range, in the central configuration', () => {
    const result = parseConfig('console: {port: 70000}\n', 'c', centralConfig);
    assert.ok(!result.ok);
    assert.deepEqual(
      result.problems.map(({ line, column, key }) => ({ line, column, key })),
      [{ line: 1, column: 17, key: 'console.port' }],
    );
  });

  it('finds unknown keys through lists, unions and optional mappings', () => {
    const schema = v.strictObject({
      outputs: v.array(
        v.variant('kind', [
          v.strictObject({ kind: v.literal('http'), address: v.string() }),
          v.strictObject({ kind: v.literal('file'), path: v.optional(v.string(), '/x') }),
        ]),
      ),
    });
    const result = parseConfig('outputs:\n  - kind: file\n    pth: /a\n', 'f', schema);
    assert.ok(!result.ok);
    assert.equal(result.problems[0]?.nearest, 'path');
    assert.equal(result.problems[0]?.key, 'outputs[0].pth');
    assert.equal(result.problems[0]?.line, 3);
  });
});

describe('configuration: hostile files', () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'lifeguard-config-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  function refused(name: string): string {
    const result = readConfig(join(directory, name), agentConfig);
    assert.ok(!result.ok);
    assert.equal(result.problems.length > 0, true);
    return result.problems[0]?.message ?? '';
  }

  it('an absent file, a directory and a FIFO (which must not block)', () => {
    execFileSync('mkfifo', [join(directory, 'fifo')]);
    assert.equal(refused('absent.yaml'), 'does not exist');
    assert.equal(refused('.'), 'is not a regular file');
    assert.equal(refused('fifo'), 'is not a regular file');
  });

  it('a file of the largest size is read, one byte more is refused', () => {
    writeFileSync(join(directory, 'large.yaml'), `#${'x'.repeat(MAX_CONFIG - 1)}`);
    assert.equal(readConfig(join(directory, 'large.yaml'), agentConfig).ok, true);
    writeFileSync(join(directory, 'large.yaml'), `#${'x'.repeat(MAX_CONFIG)}`);
    assert.equal(refused('large.yaml'), `is larger than ${MAX_CONFIG} bytes`);
  });

  it('bytes that are not text', () => {
    writeFileSync(join(directory, 'binary.yaml'), Buffer.from([0x6d, 0xff, 0xfe, 0x00]));
    assert.equal(refused('binary.yaml'), 'is not UTF-8 text');
  });

  it('forty levels of aliases and twenty thousand open brackets, without expanding or descending into them', () => {
    const bomb = [
      'a0: &a0 [x, x]',
      ...Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`),
    ];
    writeFileSync(join(directory, 'bomb.yaml'), bomb.join('\n'));
    writeFileSync(join(directory, 'deep.yaml'), `homes: ${'['.repeat(20_000)}`);
    const started = performance.now();
    assert.equal(refused('bomb.yaml'), 'anchors and aliases are not accepted here');
    assert.equal(refused('deep.yaml'), 'nested too deeply');
    assert.ok(performance.now() - started < 10_000);
  });
});

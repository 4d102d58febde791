import assert from 'node:assert/strict';
import { lintRule } from '../../../rules/engine/lint/lint.ts';
import { readRules } from '../../../rules/engine/rule/read.ts';
import { know } from '../../../rules/taxonomy/known-fields.ts';

const linux = '{ product: linux, category: process_creation }';
const windows = '{ product: windows, category: process_creation }';
const anything = '{ category: process_creation }';

type Finding = 'W_NEVER' | 'W_NEVER_PART' | undefined;

const cases: readonly (readonly [logsource: string, detection: string, finding: Finding])[] = [
  // Fields
  [linux, '{ s: { Image|endswith: /node }, condition: s }', undefined],
  [linux, '{ s: { LogonId: 0 }, condition: s }', 'W_NEVER'],
  [linux, '{ s: { Image: /a }, t: { LogonId: 0 }, condition: s and t }', 'W_NEVER'],
  [linux, '{ s: { Image: /a }, t: { LogonId: 0 }, condition: s or t }', 'W_NEVER_PART'],
  [linux, '{ s: { Image: /a }, t: { LogonId: 0 }, condition: s and not t }', 'W_NEVER_PART'],
  [linux, '{ s: { Image: /a, LogonId: null }, condition: s }', undefined],
  [linux, '{ s: { Image: /a, LogonId|exists: false }, condition: s }', undefined],
  [linux, '{ s: { lineage.class: L, tree.id: x }, condition: s }', undefined],
  [windows, '{ s: { LogonId: 0 }, condition: s }', undefined],
  [windows, '{ s: { GrandParentImage|endswith: x }, condition: s }', 'W_NEVER'],
  ['{ product: linux, service: auditd }', '{ s: { anything: 1 }, condition: s }', undefined],
  [
    '{ product: linux, category: file_access }',
    '{ s: { secret.tier: A, TargetFilename: /a }, condition: s }',
    undefined,
  ],
  ['{ product: linux, category: dns_query }', '{ s: { TargetFilename: /a }, condition: s }', 'W_NEVER'],
  ['{ category: mine }', '{ s: { anything: 1 }, condition: s }', undefined],
  [linux, '{ s: [keyword], condition: s }', undefined],
  // Paths
  [linux, String.raw`{ s: { Image|endswith: '\node' }, condition: s }`, 'W_NEVER'],
  [linux, String.raw`{ s: { Image|endswith: ['\node', '/node'] }, condition: s }`, 'W_NEVER_PART'],
  [linux, String.raw`{ s: { CommandLine|contains: '\node' }, condition: s }`, undefined],
  [linux, '{ s: { Image: node }, condition: s }', 'W_NEVER'],
  [linux, '{ s: { Image|startswith: usr/ }, condition: s }', 'W_NEVER'],
  [linux, "{ s: { Image: '*node' }, condition: s }", undefined],
  [windows, '{ s: { Image|endswith: /node.exe }, condition: s }', 'W_NEVER'],
  [windows, '{ s: { Image: cmd.exe }, condition: s }', 'W_NEVER'],
  [windows, '{ s: { Image: System }, condition: s }', undefined],
  [windows, String.raw`{ s: { Image: 'C:\cmd.exe' }, condition: s }`, undefined],
  [anything, String.raw`{ s: { Image|endswith: ['\node', '/node'] }, condition: s }`, undefined],
  // Contradictions
  [anything, '{ s: { User: a }, t: { User: b }, condition: s and t }', 'W_NEVER'],
  [anything, '{ s: { User: a }, t: { User: A }, condition: s and t }', undefined],
  [anything, '{ s: { User: [a, c] }, t: { User: [b, c] }, condition: s and t }', undefined],
  [anything, '{ s: { User|startswith: ab }, t: { User|startswith: abc }, condition: s and t }', undefined],
  [anything, '{ s: { User|startswith: ab }, t: { User|startswith: x }, condition: s and t }', 'W_NEVER'],
  [anything, '{ s: { User|endswith: ab }, t: { User|endswith: x }, condition: s and t }', 'W_NEVER'],
  [anything, '{ s: { User|contains: ab }, t: { User|contains: x }, condition: s and t }', undefined],
  [anything, '{ s: { User: ab, User|contains: x }, condition: s }', 'W_NEVER'],
  [anything, '{ s: { ProcessId|gt: 5, ProcessId|lt: 5 }, condition: s }', 'W_NEVER'],
  [anything, '{ s: { ProcessId|gte: 5, ProcessId|lte: 5 }, condition: s }', undefined],
  [anything, '{ s: { User: null, User|contains: x }, condition: s }', 'W_NEVER'],
  [anything, '{ s: { User|exists: false, User: x }, condition: s }', 'W_NEVER'],
  [anything, '{ s: { User|exists: true, User: null }, condition: s }', undefined],
  [anything, '{ s: { User|re: x, User: y }, condition: s }', undefined],
  // Filters that take everything away
  [anything, '{ s: { User: a }, condition: s and not s }', 'W_NEVER'],
  [anything, '{ s: { User: abc }, f: { User|contains: b }, condition: s and not f }', 'W_NEVER'],
  [anything, '{ s: { User: abc }, f: { User|contains|cased: b }, condition: s and not f }', undefined],
  [anything, '{ s: { User|contains: b }, f: { User: abc }, condition: s and not f }', undefined],
  [anything, '{ s: { User: [abc, x] }, f: { User|contains: b }, condition: s and not f }', undefined],
  [
    anything,
    '{ s: { User: a, Image: b }, f: { User: a, Image|exists: true }, condition: s and not f }',
    'W_NEVER',
  ],
  [anything, '{ s: { User: a }, f: { User: a, Image: b }, condition: s and not f }', undefined],
  [anything, '{ s: { User: a }, f: [{ User: a }, { Image: b }], condition: s and not f }', 'W_NEVER'],
  [
    anything,
    '{ s: { User: a }, t: { User: b }, f: { User: a }, condition: (s and not f) or t }',
    'W_NEVER_PART',
  ],
];

describe('the lint of rules that can never match', () => {
  for (const [logsource, detection, finding] of cases)
    it(`${finding ?? 'nothing'}: ${logsource} ${detection}`, () => {
      const [rule] = readRules(`title: t\nlogsource: ${logsource}\ndetection: ${detection}\n`, 'x').documents;
      assert.ok(rule?.kind === 'rule');
      assert.deepEqual(
        lintRule(rule, know).map(({ code }) => code),
        finding ? [finding] : [],
      );
    });

  it('says where and why, and what to do', () => {
    const text = `title: t
logsource: ${linux}
detection:
  selection:
    CommandLine: x
    Image|endswith: '\\node'
  condition: selection
`;
    const [rule] = readRules(text, 'x').documents;
    assert.ok(rule?.kind === 'rule');
    assert.deepEqual(lintRule(rule, know), [
      {
        line: 6,
        column: 5,
        code: 'W_NEVER',
        severity: 'warning',
        message: String.raw`the rule can never match: Image "\\node" is a Windows path in a linux rule`,
        hint: 'write it with /',
      },
    ]);
  });
});

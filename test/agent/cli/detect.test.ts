import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const rule = `title: Curl
id: 11111111-1111-4111-8111-111111111111
level: medium
logsource: { category: process_creation, product: linux }
detection:
  selection: { Image|endswith: /curl }
  condition: selection
`;
const curl = { Image: '/usr/bin/curl', time: '2026-01-01T00:00:00Z' };
const match = (line: number): object => ({
  line,
  ruleId: '11111111-1111-4111-8111-111111111111',
  title: 'Curl',
  level: 'medium',
});

describe('lifeguard detect', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifeguard-detect-'));
    writeFileSync(join(folder, 'rule.yml'), rule);
  });
  after(() => rmSync(folder, { recursive: true }));

  function detect(
    events: string | undefined,
    ...args: string[]
  ): { out: unknown[]; err: string; status: number | null } {
    if (events !== undefined) writeFileSync(join(folder, 'events.jsonl'), events);
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['agent/cli/main.ts', 'detect', '--events', join(folder, 'events.jsonl'), ...args],
      { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
    );
    return {
      out: stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown),
      err: stderr,
      status,
    };
  }

  const lines = (...values: unknown[]): string =>
    values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');

  it('prints one match a line, with the line of the event', () => {
    const { out, err, status } = detect(
      lines(curl, { Image: '/bin/ls' }, '', { Image: 'x', also: 1 }, curl),
      '--rules',
      join(folder, 'rule.yml'),
      '--format',
      'flat',
    );
    assert.deepEqual(out, [match(1), match(5)]);
    assert.equal(err, '');
    assert.equal(status, 0);
  });

  it('is restricted by a log source where a line names one', () => {
    const other = { ...curl, logsource: { product: 'windows', category: 'process_creation' } };
    const same = { ...curl, logsource: { product: 'linux', category: 'process_creation' } };
    const { out } = detect(lines(other, same), '--rules', folder, '--format', 'flat');
    assert.deepEqual(out, [match(2)]);
  });

  it('tells of a broken line with its number, and goes on', () => {
    const { out, err, status } = detect(
      lines('{"Image": secret', '[1]', curl),
      '--rules',
      folder,
      '--format',
      'flat',
    );
    assert.deepEqual(out, [match(3)]);
    assert.match(err, /events\.jsonl:1: not JSON\n.*events\.jsonl:2: not a JSON object\n/);
    assert.doesNotMatch(err, /secret/);
    assert.equal(status, 0);
  });

  it('tells of a broken rule, and uses the others', () => {
    const broken = join(folder, 'broken.yml');
    writeFileSync(broken, 'title: x\nlogsource: {}\ndetection:\n  s: { a|b: 1 }\n  condition: s\n');
    const { out, err, status } = detect(lines(curl), '--rules', folder, '--format', 'flat');
    rmSync(broken);
    assert.deepEqual(out, [match(1)]);
    assert.match(err, /broken\.yml:4:8: unknown modifier \|b on a \(E_MODIFIER_UNKNOWN\)/);
    assert.equal(status, 0);
  });

  it('reads native events, and the standard input', () => {
    const event = {
      kind: 'process',
      action: 'exec',
      time: '2026-01-01T00:00:00.000Z',
      monotonic: 1,
      host: 'h',
      user: 'u',
      collector: 'c',
      process: {
        pid: 1,
        startTime: '2026-01-01T00:00:00.000Z',
        image: '/usr/bin/curl',
        commandLine: 'curl',
        uid: 0,
        ancestors: [],
      },
    };
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['agent/cli/main.ts', 'detect', '--rules', folder, '--events', '-'],
      { encoding: 'utf8', input: lines({ kind: 'process' }, event) },
    );
    assert.deepEqual(JSON.parse(stdout), match(2));
    assert.match(stderr, /stdin:1: not an event/);
  });

  it('reads event records, one a line or pretty-printed one after the other', () => {
    writeFileSync(
      join(folder, 'windows.yml'),
      rule.replace('linux', 'windows').replaceAll('1', '2').replace('/curl', String.raw`'\curl.exe'`),
    );
    const record = (image: string): object => ({
      Event: {
        System: { EventID: 1, Channel: 'Microsoft-Windows-Sysmon/Operational' },
        EventData: { Image: image },
      },
    });
    const [a, b] = [record('C:\\x\\curl.exe'), record('C:\\x\\cmd.exe')];
    const run = (text: string): unknown[] =>
      detect(text, '--rules', folder, '--format', 'evtx-json').out.map(
        (found) => (found as { line: number }).line,
      );
    const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2);
    assert.deepEqual(run(lines(b, a)), [2]);
    assert.deepEqual(run(`${pretty(b)}\n${pretty(a)}\n`), [pretty(b).split('\n').length + 1]);
    assert.deepEqual(run(pretty([a, b, a])), [1, 1]);
    rmSync(join(folder, 'windows.yml'));
  });

  it('closes the windows of correlations at the end of the recording', () => {
    writeFileSync(
      join(folder, 'count.yml'),
      rule.replace('title: Curl', 'title: Curl\nname: curl') +
        '---\ntitle: Twice\nid: twice\ncorrelation: { type: event_count, rules: [curl], group-by: [], timespan: 1m, condition: { eq: 2 } }\n',
    );
    const { out } = detect(lines(curl, {}, curl), '--rules', join(folder, 'count.yml'), '--format', 'flat');
    rmSync(join(folder, 'count.yml'));
    assert.deepEqual(out, [{ line: 3, ruleId: 'twice', title: 'Twice', level: 'medium' }]);
  });

  it('tells with --stats what each rule cost', () => {
    const { err } = detect(lines(curl, 'x', curl), '--rules', folder, '--format', 'flat', '--stats');
    assert.match(err, /ms +evaluated +matched +rule +title\n *[\d.]+ +2 +2 +1{8}-\S+ +Curl\n/);
    assert.match(err, /1 rules, 2 events \(1 broken lines\), \d+ events\/s/);
  });

  const failures: readonly (readonly [args: readonly string[], status: number, message: RegExp])[] = [
    [['--rules', '/nowhere'], 1, /no rules at \/nowhere/],
    [['--rules', 'test/rules/exceptions'], 1, /there are no rules/],
    [['--rules', 'rules/initial-access', '--events', '/nowhere'], 1, /no events at \/nowhere/],
    [['--rules', 'rules/initial-access', '--events', '/tmp'], 1, /is a directory/],
    [['--rules', 'rules/initial-access', '--format', 'xml'], 2, /format/],
  ];
  for (const [args, status, message] of failures)
    it(`fails with one line: ${args.join(' ')}`, () => {
      const found = detect(undefined, ...args);
      assert.match(found.err, message);
      assert.equal(found.err.trim().split('\n').length, 1);
      assert.equal(found.status, status);
    });
});

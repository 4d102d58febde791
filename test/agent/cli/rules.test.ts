import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { junit } from '../../../agent/cli/rules/junit.ts';

const rule = `title: Read
id: 11111111-1111-4111-8111-111111111111
name: read
logsource: { category: file_access, product: linux }
detection:
  selection: { TargetFilename|endswith: /id }
  condition: selection
`;
const open = { kind: 'file', action: 'open', path: '/home/dev/id' };

describe('lifeguard rules', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifeguard-rules-'));
    writeFileSync(join(folder, 'x.yml'), rule);
    writeFileSync(join(folder, 'x.events.json'), samples('/x'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function samples(quiet: string): string {
    return JSON.stringify({
      fires: [{ name: 'read', events: [open] }],
      quiet: [{ name: 'other', events: [{ ...open, path: quiet }] }],
    });
  }

  function rules(...args: string[]): { out: string; err: string; status: number | null } {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['agent/cli/main.ts', 'rules', ...args], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    return { out: stdout, err: stderr, status };
  }

  describe('check', () => {
    it('has nothing to say of good rules', () => {
      assert.deepEqual(rules('check', folder), {
        out: '1 files, 1 rules: 0 errors, 0 warnings\n',
        err: '',
        status: 0,
      });
    });

    it('names file, line, column, code and hint; exit 1', () => {
      writeFileSync(join(folder, 'bad.yml'), rule.replace('|endswith', '|endwith').replaceAll('1', '2'));
      const { out, status } = rules('check', folder);
      assert.equal(
        out,
        `${folder}/bad.yml:6:16: error E_MODIFIER_UNKNOWN: unknown modifier |endwith on TargetFilename
    hint: did you mean endswith?
2 files, 1 rules: 1 errors, 0 warnings
`,
      );
      assert.equal(status, 1);
    });

    it('warns of what can never match; exit 0', () => {
      writeFileSync(join(folder, 'x.yml'), rule.replace('/id', String.raw`'\id'`));
      const { out, status } = rules('check', folder);
      assert.match(
        out,
        /x\.yml:6:16: warning W_NEVER: the rule can never match: TargetFilename "\\\\id" is a Windows path/,
      );
      assert.equal(status, 0);
    });

    it('makes control characters of a rule harmless', () => {
      writeFileSync(
        join(folder, 'x.yml'),
        rule
          .replace('|endswith', '|\\e[31m')
          .replace('{ TargetFilename', '{ "TargetFilename')
          .replace(': /id', '": /id'),
      );
      assert.ok(!rules('check', folder).out.includes('\u001b'));
    });

    it('fails where there is nothing', () => {
      assert.match(rules('check', '/nowhere').err, /no rules at \/nowhere/);
      rmSync(join(folder, 'x.yml'));
      assert.match(rules('check', folder).err, /there are no rule files/);
      assert.equal(rules('check').status, 2);
    });
  });

  describe('test', () => {
    it('passes', () => {
      assert.deepEqual(rules('test', folder), {
        out: `ok ${folder}/x.yml › fires: read\nok ${folder}/x.yml › quiet: other\n2 passed, 0 failed, 0 without events\n`,
        err: '',
        status: 0,
      });
    });

    it('shows a difference, writes JUnit; exit 1', () => {
      writeFileSync(join(folder, 'x.events.json'), samples('/home/<dev>/id'));
      const report = join(folder, 'junit.xml');
      const { out, status } = rules('test', folder, '--failed', '--junit', report);
      assert.equal(
        out,
        `FAILED ${folder}/x.yml › quiet: other
    expected no match
    Read: matched on event 1
      selection: TargetFilename is "/home/<dev>/id"
1 passed, 1 failed, 0 without events
`,
      );
      assert.equal(status, 1);
      const xml = readFileSync(report, 'utf8');
      assert.match(xml, /<testsuite name="[^"]+x\.yml" tests="2" failures="1">/);
      assert.match(xml, /<testcase classname="[^"]+" name="fires: read"\/>/);
      assert.match(xml, /&quot;\/home\/&lt;dev&gt;\/id&quot;<\/failure>/);
    });

    it('tests the built-in rules when no path is given', function () {
      this.timeout(60_000);
      const { out, status } = rules('test', '--failed');
      assert.match(out, /^\d+ passed, 0 failed, 0 without events\n$/);
      assert.equal(status, 0);
    });

    it('tests again after a change with --watch', async () => {
      const child = spawn(process.execPath, ['agent/cli/main.ts', 'rules', 'test', folder, '--watch'], {
        env: { ...process.env, NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let out = '';
      let seen = (): void => {};
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        seen();
      });
      const until = (pattern: RegExp): Promise<void> =>
        new Promise((resolve) => {
          seen = () => {
            if (pattern.test(out)) resolve();
          };
          seen();
        });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await until(/2 passed, 0 failed[^]*watching/);
      writeFileSync(join(folder, 'x.events.json'), samples('/home/id'));
      await until(/1 passed, 1 failed/);
      writeFileSync(join(folder, 'x.yml'), rule.replace('/id', '/dev/id'));
      await until(/1 passed, 1 failed[^]*2 passed, 0 failed/);
      child.kill('SIGINT');
      assert.equal(await ended, 0);
    });
  });

  describe('exceptions', () => {
    const alert = {
      id: '6a0e8a0c-5f4e-4b0e-9d1c-1f0f3f1c7c11',
      time: '2026-11-23T10:00:00.000Z',
      level: 'high',
      rule: { id: 'r1', title: 't', tactics: [], techniques: [], attackVersion: '18' },
      summary: 'evil@1.0.1 read a key',
      response: { action: 'observed', detail: '' },
      reasons: [],
      evidence: [
        {
          kind: 'file',
          action: 'open',
          path: '/k',
          time: '2026-11-23T10:00:00.000Z',
          monotonic: 1,
          host: 'h',
          user: 'dev',
          collector: 'c',
        },
      ],
      host: 'h',
      user: 'dev',
    };

    it('tells which past alerts they would have kept quiet', () => {
      writeFileSync(
        join(folder, 'e.yml'),
        'exceptions:\n  - { id: ours, owner: sec, reason: agreed, expires: 2027-01-01, rule: r1 }\n  - { id: none, owner: sec, reason: agreed, expires: 2027-01-01, rule: r2 }\n',
      );
      writeFileSync(
        join(folder, 'alerts.jsonl'),
        `${JSON.stringify(alert)}\n{}\n${JSON.stringify({ ...alert, rule: { ...alert.rule, id: 'r3' } })}\n`,
      );
      const { out, err, status } = rules(
        'exceptions',
        join(folder, 'e.yml'),
        '--alerts',
        join(folder, 'alerts.jsonl'),
      );
      assert.equal(
        out,
        `ours: 1 alerts, until 2027-01-01, sec: agreed
    2026-11-23T10:00:00.000Z high evil@1.0.1 read a key
none: 0 alerts, until 2027-01-01, sec: agreed
1 of 2 alerts would have been quiet
`,
      );
      assert.match(err, /alerts\.jsonl:2: not an alert/);
      assert.equal(status, 0);
    });

    it('are refused with their place', () => {
      writeFileSync(
        join(folder, 'e.yml'),
        'exceptions:\n  - { id: x, owner: o, reason: r, expires: 2027-01-01, package: pkg:npm/evil }\n',
      );
      writeFileSync(join(folder, 'alerts.jsonl'), '');
      const { out, status } = rules(
        'exceptions',
        join(folder, 'e.yml'),
        '--alerts',
        join(folder, 'alerts.jsonl'),
      );
      assert.match(out, /e\.yml:2:\d+: error E_EXCEPTION: a package by its name alone/);
      assert.equal(status, 1);
    });
  });

  it('JUnit is well-formed whatever a name holds', () => {
    const xml = junit({
      results: [{ file: 'a&b"<>.yml', name: 'x\u0000\ud800]]>', passed: false, detail: 'one\ntwo' }],
      untested: [],
      problems: [{ file: 'f', line: 1, column: 1, code: 'E_RULE_YAML', severity: 'error', message: '<&>' }],
    });
    assert.ok(!xml.includes('\u0000') && xml.isWellFormed());
    assert.match(xml, /a&amp;b&quot;&lt;&gt;\.yml/);
    assert.match(xml, /one&#10;two/);
    assert.match(xml, /errors="1"/);
  });
});

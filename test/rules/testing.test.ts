import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testRules } from '../../rules/testing.ts';
import { completeEvent } from '../../rules/testing/complete.ts';

const rule = `title: Read
id: read
logsource: { category: file_access }
detection:
  selection: { lineage.class: [L, P], TargetFilename|endswith: /id }
  filter: { User: root }
  condition: selection and not filter
`;
const open = { kind: 'file', action: 'open', path: '/home/dev/id', process: { lineage: { class: 'L' } } };

describe('a rule’s own events', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifeguard-testing-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function test(text: string, events: unknown): Promise<string[]> {
    await writeFile(join(folder, 'x.yml'), text);
    await writeFile(
      join(folder, 'x.events.json'),
      typeof events === 'string' ? events : JSON.stringify(events),
    );
    const { results } = await testRules([folder]);
    return results.map(({ name, passed, detail }) => `${name}: ${passed ? 'passed' : detail}`);
  }

  it('pass when it fires and stays quiet', async () => {
    const events = {
      fires: [{ name: 'L', events: [open] }],
      quiet: [{ name: 'root', events: [{ ...open, user: 'root' }] }],
    };
    assert.deepEqual(await test(rule, events), ['fires: L: passed', 'quiet: root: passed']);
  });

  it('show what was expected and what was found when they fail', async () => {
    const events = {
      fires: [
        { name: 'class', events: [{ ...open, process: { lineage: { class: 'J' } } }] },
        { name: 'two', events: [{ ...open, path: '/x', process: {} }] },
        { name: 'filter', events: [{ ...open, user: 'root' }] },
        { name: 'source', events: [{ ...open, action: 'write' }] },
      ],
      quiet: [{ name: 'it', events: [open] }],
    };
    assert.deepEqual(await test(rule, events), [
      `fires: class: expected a match, there was none
Read: event 1 (file_access, linux)
  - selection: lineage.class equals "L" or equals "P"
  + found "J"`,
      `fires: two: expected a match, there was none
Read: event 1 (file_access, linux)
  - selection: lineage.class equals "L" or equals "P"
  + found no such field
Read: event 1 (file_access, linux)
  - selection: TargetFilename ends with "/id"
  + found "/x"`,
      `fires: filter: expected a match, there was none
Read: event 1 (file_access, linux)
  - filter: not to match
  + found it matches`,
      `fires: source: expected a match, there was none
Read: event 1 (file_event, linux) is of another log source: category file_access`,
      `quiet: it: expected no match
Read: matched on event 1
  selection: lineage.class is "L"
  selection: TargetFilename is "/home/dev/id"`,
    ]);
  });

  it('of a correlation say which rule matched which event, and in which group', async () => {
    const text = `title: Twice
id: twice
correlation: { type: event_count, rules: [read], group-by: [tree.id], timespan: 1m, condition: { gte: 2 } }
---
${rule}`;
    const other = { ...open, process: { lineage: { class: 'L', tree: 'other' } } };
    const events = {
      fires: [
        { name: 'two', events: [open, open] },
        { name: 'apart', events: [open, other] },
      ],
      quiet: [{ name: 'one', events: [open] }],
    };
    assert.deepEqual(await test(text, events), [
      'fires: two: passed',
      `fires: apart: expected a match, there was none
Twice: event_count within 60 s, by tree.id
  read: event 1 (tree.id "tree-1"); event 2 (tree.id "other")`,
      'quiet: one: passed',
    ]);
  });

  it('say what is wrong with themselves', async () => {
    assert.match((await test(rule, '{')).join(), /x\.events\.json is not JSON/);
    assert.match((await test(rule, { fires: [], quiet: [], loud: [] })).join(), /loud/);
    assert.match(
      (await test(rule, { fires: [{ name: 'x', events: [] }], quiet: [] })).join(),
      /fires\.0\.events/,
    );
    const broken = { fires: [{ name: 'x', events: [{ kind: 'file', action: 'read' }] }], quiet: [] };
    assert.match((await test(rule, broken)).join(), /fires: x: event 1: /);
  });

  it('are missed where there are none', async () => {
    await writeFile(join(folder, 'x.yml'), rule);
    assert.deepEqual((await testRules([folder])).untested, [join(folder, 'x.yml')]);
  });

  it('are completed: time, host, user, process, package, secret', () => {
    const complete = completeEvent({ kind: 'process', action: 'exec', process: {} }, 2);
    assert.ok(typeof complete !== 'string');
    assert.equal(complete.time, '2026-01-01T00:00:02.000Z');
    assert.equal(complete.process?.image, '/usr/bin/node');
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtinRules, loadDetector } from '../../rules/index.ts';
import { completeEvent } from '../../rules/testing/complete.ts';
import type { Event } from '../../schema/event.ts';

function event(partial: Record<string, unknown>): Event {
  const complete = completeEvent(partial, 0);
  if (typeof complete === 'string') assert.fail(complete);
  return complete;
}

const rule = `title: Secret read
id: 11111111-1111-4111-8111-111111111111
name: secret_read
level: high
tags: [attack.credential-access, attack.defense_evasion, attack.t1552.004, other.tag]
lifeguard: { summary: secret-read }
logsource: { category: file_access }
detection:
  selection: { lineage.class: L, secret.tier: A }
  condition: selection
`;
const twice = `title: Twice
id: 22222222-2222-4222-8222-222222222222
correlation: { type: event_count, rules: [secret_read], group-by: [tree.id], timespan: 1m, condition: { gte: 2 } }
generate: true
`;
const read = (second: number, user = 'dev'): Event =>
  event({
    kind: 'file',
    action: 'open',
    path: '/home/dev/.ssh/id',
    time: new Date(1.8e12 + second * 1000).toISOString(),
    user,
    secret: { place: 'ssh-key' },
    process: { lineage: { class: 'L' } },
  });

describe('a detector', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifeguard-rules-'));
    await writeFile(join(folder, 'rule.yml'), rule);
    await writeFile(join(folder, 'twice.yaml'), twice);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('tells rule, tactics, techniques, events and reasons', async () => {
    const detector = await loadDetector([folder]);
    assert.deepEqual(detector.problems, []);
    const [match] = detector.detect(read(0));
    assert.deepEqual(match?.rule, {
      id: '11111111-1111-4111-8111-111111111111',
      title: 'Secret read',
      level: 'high',
      file: join(folder, 'rule.yml'),
      tactics: ['credential-access', 'defense-evasion'],
      techniques: ['T1552.004'],
      attackVersion: '18',
      tags: ['attack.credential-access', 'attack.defense_evasion', 'attack.t1552.004', 'other.tag'],
      summary: 'secret-read',
    });
    assert.deepEqual(match.events, [read(0)]);
    assert.deepEqual(match.reasons, [
      { selection: 'selection', field: 'lineage.class', value: 'L' },
      { selection: 'selection', field: 'secret.tier', value: 'A' },
    ]);
  });

  it('keeps working beside broken and unreadable files, and says what is wrong with them', async () => {
    await writeFile(
      join(folder, 'broken.yml'),
      'title: x\nlogsource: {}\ndetection:\n  s: { a|b: 1 }\n  condition: s\n',
    );
    const detector = await loadDetector([folder, join(folder, 'absent')]);
    assert.deepEqual(
      detector.problems.map(({ file, line, code }) => [file, line, code]),
      [
        [join(folder, 'absent'), 1, 'E_RULE_FILE'],
        [join(folder, 'broken.yml'), 4, 'E_MODIFIER_UNKNOWN'],
      ],
    );
    assert.equal(detector.detect(read(0)).length, 1);
  });

  it('goes on after a reload with what its correlations have seen', async () => {
    const before = await loadDetector([folder]);
    before.detect(read(0));
    await writeFile(
      join(folder, 'more.yml'),
      rule.replace('secret_read', 'other').replaceAll('1', '3').replace('file_access', 'dns_query'),
    );
    const after = await loadDetector([folder], { previous: before });
    assert.deepEqual(
      after.detect(read(1)).map(({ rule: { title }, events }) => [title, events.length]),
      [
        ['Secret read', 1],
        ['Twice', 2],
      ],
    );
    assert.equal(after.counters()['events'], 2);
    const fresh = await loadDetector([folder]);
    assert.equal(fresh.detect(read(1)).length, 1);
  });

  it('keeps quiet what an exception covers, and counts it', async () => {
    await writeFile(
      join(folder, 'exceptions.yml'),
      'exceptions:\n  - { id: a, owner: o, reason: r, expires: 2099-01-01, rule: secret_read, user: dev }\n',
    );
    const detector = await loadDetector([folder]);
    assert.deepEqual(detector.problems, []);
    assert.equal(detector.detect(read(0)).length, 0);
    assert.equal(detector.detect(read(1, 'root')).length, 2);
    assert.equal(detector.counters()['excepted'], 1);
  });

  it('takes placeholders from any file', async () => {
    const placed = rule.replace('lineage.class: L', "lineage.class|expand: '%classes%'").replaceAll('1', '4');
    await writeFile(join(folder, 'placed.yml'), placed.replace('secret_read', 'placed'));
    assert.deepEqual(
      (await loadDetector([folder])).problems.map(({ code }) => code),
      ['E_PLACEHOLDER'],
    );
    await writeFile(join(folder, 'z-values.yml'), 'placeholders:\n  classes: [L, P]\n');
    const detector = await loadDetector([folder]);
    assert.deepEqual(detector.problems, []);
    assert.equal(detector.detect(read(0)).length, 2);
  });

  it('loads the rules of this repository in a moment', async () => {
    const start = performance.now();
    const detector = await loadDetector([builtinRules]);
    assert.ok(detector.rules.length > 0);
    assert.deepEqual(detector.problems, []);
    assert.ok(performance.now() - start < 5000);
  });
});

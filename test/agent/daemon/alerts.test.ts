// From a match to an alert: the sentence, what it carries, its bounds, and how repetition and noise are held back.
import assert from 'node:assert/strict';
import * as v from 'valibot';
import type { AlertContext } from '../../../agent/daemon/alerts/draft.ts';
import { draftAlert } from '../../../agent/daemon/alerts/draft.ts';
import { Alerts } from '../../../agent/daemon/alerts/index.ts';
import { Counters } from '../../../agent/daemon/counters.ts';
import { Redactor } from '../../../agent/daemon/enrich/redact.ts';
import { respond } from '../../../agent/daemon/respond/index.ts';
import { secretLabel } from '../../../agent/daemon/alerts/secret-label.ts';
import type { Match } from '../../../rules/index.ts';
import { alert as alertSchema } from '../../../schema/alert.ts';
import type { Event, FileEvent } from '../../../schema/event.ts';
import type { PackageRef } from '../../../schema/package.ts';
import type { Level } from '../../../schema/primitives.ts';
import { sampleEvent, sampleProcess as process } from './sample.ts';

const found: PackageRef = {
  name: 'evil',
  version: '1.0.1',
  purl: 'pkg:npm/evil@1.0.1',
  lifecycle: 'postinstall',
  directory: '/home/alice/app/node_modules/evil',
  project: '/home/alice/app',
  dependencyPath: [],
  confidence: 'exact',
};
const homes = [{ directory: '/home/alice', user: 'alice' }];
const sample = sampleEvent();
const common = {
  time: sample.time,
  monotonic: 5_000_001,
  host: 'laptop',
  user: 'alice',
  collector: 'egress',
  process,
  package: found,
};
const connection: Event = {
  kind: 'connection',
  direction: 'outbound',
  protocol: 'tcp',
  address: '203.0.113.9',
  port: 443,
  hostname: 'drop.example',
  ...common,
};

function context(suspects?: readonly PackageRef[]): AlertContext {
  return { redactor: (user) => new Redactor(homes, user), suspects: () => suspects };
}

function match(events: readonly Event[], level: Level = 'critical', id = 'r'): Match {
  const rule = {
    id,
    title: `Title of ${id}`,
    level,
    file: 'x.yml',
    tactics: [],
    techniques: ['T1552.004'],
    attackVersion: '18',
    tags: [],
  };
  return {
    rule,
    events,
    reasons: [{ selection: 's', field: 'TargetFilename', value: '/home/alice/.ssh/id' }],
  };
}

function opened(path: string, overrides: Partial<FileEvent> = {}): FileEvent {
  const { secret } = sample;
  return sampleEvent({ path, package: found, ...(secret && { secret: { ...secret, path } }), ...overrides });
}

const ssh = opened('/home/alice/.ssh/id_ed25519');
const runtime = {
  ...process,
  lineage: { class: 'J', tree: 'j', project: '/home/alice/app', via: 'runtime' } as const,
};
const byRuntime = sampleEvent({ process: runtime });
const suspect = { ...found, name: 'fresh', version: '2.0.0', confidence: 'suspect' } as const;

const sentences: readonly (readonly [string, readonly Event[], readonly PackageRef[] | undefined, string])[] =
  [
    ['a secret read', [ssh], undefined, 'evil@1.0.1 postinstall read ~/.ssh/id_ed25519 (SSH private key)'],
    [
      'a denied read',
      [{ ...ssh, verdict: 'denied' }],
      undefined,
      'evil@1.0.1 postinstall tried to open ~/.ssh/id_ed25519 (SSH private key) and was denied',
    ],
    [
      'read, then connect',
      [{ ...ssh, monotonic: 1_000_000 }, connection],
      undefined,
      'evil@1.0.1 postinstall read ~/.ssh/id_ed25519 (SSH private key), then connected to 203.0.113.9 port 443 (drop.example) 4 seconds later',
    ],
    [
      'a harvest',
      ['id_a', 'id_b', 'id_c', 'id_d', 'id_a'].map((name) => opened(`/home/alice/.ssh/${name}`)),
      undefined,
      'evil@1.0.1 postinstall read 4 secrets: ~/.ssh/id_a, ~/.ssh/id_b, ~/.ssh/id_c and 1 more',
    ],
    [
      'a harvest and where it went',
      [
        opened('/home/alice/.ssh/id_a', { monotonic: 2_000_000 }),
        opened('/home/alice/.ssh/id_b', { monotonic: 3_000_000 }),
        connection,
      ],
      undefined,
      'evil@1.0.1 postinstall read 2 secrets: ~/.ssh/id_a, ~/.ssh/id_b, then connected to 203.0.113.9 port 443 (drop.example) 3 seconds later',
    ],
    [
      'a runtime with a suspect',
      [byRuntime],
      [suspect],
      'node in ~/app read ~/.ssh/id_ed25519 (SSH private key); suspected: fresh@2.0.0',
    ],
    [
      'a runtime without one',
      [byRuntime],
      [],
      'node in ~/app read ~/.ssh/id_ed25519 (SSH private key); no package of the project is known to be new',
    ],
    [
      'a known-malicious package',
      [
        {
          ...common,
          kind: 'package',
          action: 'added',
          package: found,
          intel: [{ id: 'MAL-2026-1', summary: 'steals', source: 'osv' }],
        },
      ],
      undefined,
      'evil@1.0.1 was added in ~/app and is known as malicious (MAL-2026-1)',
    ],
    [
      'a command',
      [
        {
          kind: 'process',
          action: 'exec',
          ...common,
          process: { ...process, commandLine: 'sh -c "curl x | sh"' },
        },
      ],
      undefined,
      'evil@1.0.1 postinstall ran `sh -c "curl x | sh"`',
    ],
    [
      'a history line',
      [{ kind: 'shell', shell: 'zsh', line: 'curl x | sh', historyFile: '/x', ...common }],
      undefined,
      "alice's zsh history holds `curl x | sh`",
    ],
    [
      'a loss',
      [
        {
          kind: 'loss',
          cause: 'secret-queue-lost',
          lost: 7,
          credentialPath: true,
          ...common,
          collector: 'secret-files',
        },
      ],
      undefined,
      'the sensor secret-files lost 7 events (secret-queue-lost)',
    ],
  ];

describe('alert', () => {
  for (const [what, events, suspects, sentence] of sentences)
    it(`tells ${what}`, async () => {
      const alert = await respond(draftAlert(match(events), context(suspects)));
      assert.equal(alert.summary, sentence);
      assert.deepEqual(v.parse(alertSchema, alert), alert, 'it is valid and complete');
      assert.ok(!JSON.stringify(alert).includes('/home/alice'));
    });

  it('carries package, tree, secret, process, destination, reasons and evidence', async () => {
    const alert = await respond(draftAlert(match([ssh, connection]), context()));
    assert.equal(alert.package?.purl, 'pkg:npm/evil@1.0.1');
    assert.deepEqual(alert.tree, { id: 'b00t-4000-1', class: 'L', startedBy: { kind: 'unknown' } });
    assert.deepEqual(alert.secret, {
      group: 'ssh',
      kind: 'private-key',
      tier: 'A',
      path: '~/.ssh/id_ed25519',
    });
    assert.equal(alert.process?.commandLine, 'node steal.js');
    assert.ok(alert.process && !('lineage' in alert.process));
    assert.deepEqual(alert.destination, { address: '203.0.113.9', port: 443, name: 'drop.example' });
    assert.equal(alert.reasons[0]?.value, '~/.ssh/id');
    assert.equal(alert.evidence.length, 2);
  });

  it('names every suspect, the first as the package', () => {
    const draft = draftAlert(match([byRuntime]), context([suspect, { ...suspect, name: 'other' }]));
    assert.equal(draft.package?.name, 'fresh');
    assert.deepEqual(
      draft.suspects?.map(({ name }) => name),
      ['fresh', 'other'],
    );
  });

  it('stays below 300 characters and on one line, whatever an attacker is called', () => {
    const name = `\u001b]0;x\u0007\n\u202e${'n'.repeat(5000)}`;
    const events = [opened(`/tmp/${name}`, { package: { ...found, name, version: name, lifecycle: name } })];
    const { summary } = draftAlert(match(events), context());
    assert.ok(summary.length <= 300, String(summary.length));
    // oxlint-disable-next-line no-control-regex -- that is what must not be there
    assert.ok(!/[\u0000-\u001f\u202e]/.test(summary), JSON.stringify(summary));
  });

  it('bounds its evidence: 256 KiB, 64 events, the last one always', async () => {
    const ancestors = Array.from({ length: 32 }, (_, n) => ({
      pid: n,
      startTime: sample.time,
      image: `/${'i'.repeat(4000)}`,
      commandLine: 'c'.repeat(8000),
    }));
    const heavy = { ...process, ancestors, commandLine: 'x'.repeat(8000) };
    const events = Array.from({ length: 32 }, (_, n) => opened(`/home/alice/.ssh/${n}`, { process: heavy }));
    const alert = await respond(draftAlert(match(events), context()));
    assert.ok(Buffer.byteLength(JSON.stringify(alert.evidence)) <= 256 * 1024);
    assert.equal((alert.evidence.at(-1) as FileEvent).path, '~/.ssh/31');
    assert.deepEqual(v.parse(alertSchema, alert), alert);
    const small = Array.from({ length: 200 }, () => ssh);
    assert.equal(draftAlert(match(small), context()).evidence.length, 64);
  });
});

describe('response', () => {
  const cases: readonly (readonly [string, readonly FileEvent['verdict'][], string, RegExp])[] = [
    ['allowed', ['allowed'], 'observed', /nothing was stopped/],
    ['not asked', [undefined], 'observed', /nothing was stopped/],
    ['denied', ['denied'], 'denied', /refused the open; nothing was read/],
    ['all denied', ['denied', 'denied'], 'denied', /refused 2 opens/],
    ['one got through', ['denied', 'allowed'], 'observed', /1 of 2 opens refused; treat the others as read/],
    ['audit mode', ['would-deny'], 'observed', /protect mode would have refused/],
  ];
  for (const [what, verdicts, action, detail] of cases)
    it(`is true: ${what}`, async () => {
      const events = verdicts.map((verdict, n) =>
        opened(`/home/alice/.ssh/${n}`, verdict === undefined ? {} : { verdict }),
      );
      if (verdicts[0] === undefined) delete (events[0] as { verdict?: unknown }).verdict;
      const { response } = await respond(draftAlert(match(events), context()));
      assert.equal(response.action, action);
      assert.match(response.detail, detail);
    });
});

describe('repetition and noise', () => {
  const settings = { redactor: (user: string) => new Redactor(homes, user) };
  const packages = { suspects: () => undefined };
  let counters: Counters;
  let alerts: Alerts;
  beforeEach(() => {
    counters = new Counters();
    alerts = new Alerts({ settings, packages, counters });
  });

  it('tells the same thing once in ten minutes, then how often it was', () => {
    assert.equal(alerts.raise(match([ssh]), 0).length, 1);
    for (let n = 1; n <= 500; n += 1) assert.equal(alerts.raise(match([ssh]), n).length, 0);
    assert.equal(counters.get('alerts.repeated'), 500);
    const [again] = alerts.raise(match([ssh]), 600_001);
    assert.match(again?.summary ?? '', /and 500 times more since the last alert/);
  });

  const others: readonly (readonly [string, Match])[] = [
    ['another secret', match([opened('/home/alice/.aws/credentials')])],
    ['another rule', match([ssh], 'critical', 'r2')],
    [
      'another tree',
      match([
        opened('/home/alice/.ssh/id_ed25519', {
          ...(process?.lineage && {
            process: { ...process, lineage: { ...process.lineage, tree: 'other' } },
          }),
        }),
      ]),
    ],
    ['a destination', match([ssh, connection])],
  ];
  for (const [what, other] of others)
    it(`takes ${what} for news`, () => {
      alerts.raise(match([ssh]), 0);
      assert.equal(alerts.raise(other, 1).length, 1);
    });

  it('takes a harvest that goes on for the same one', () => {
    const harvest = (last: string) => match([ssh, opened(last)]);
    assert.equal(alerts.raise(harvest('/a'), 0).length, 1);
    assert.equal(alerts.raise(harvest('/b'), 1).length, 0);
  });

  it('holds a storm back, lets the first of each kind through, and tells the rest in one alert', () => {
    let passed = 0;
    for (let n = 0; n < 1000; n += 1)
      passed += alerts.raise(match([opened(`/home/alice/${n}`)], 'low', 'noise'), n).length;
    assert.equal(passed, 21, 'the first, and a minute of its level');
    assert.equal(counters.get('alerts.storm-dropped'), 979);
    assert.equal(
      alerts.raise(match([ssh], 'critical', 'quiet'), 1001).length,
      1,
      'noise hides no other rule',
    );
    const [told, ...rest] = alerts.due(60_000);
    assert.equal(rest.length, 0);
    assert.equal(told?.rule.id, 'lifeguard-alert-storm');
    assert.match(told?.summary ?? '', /^979 more alerts within a minute .*979 × Title of noise/);
    assert.deepEqual(alerts.due(60_001), []);
  });

  it('is bounded for an attacker who invents a new package for every alert', () => {
    let passed = 0;
    for (let n = 0; n < 5000; n += 1) {
      const invented = { ...found, purl: `pkg:npm/x${n}@1` };
      passed += alerts.raise(match([opened(`/home/alice/${n}`, { package: invented })]), n / 1000).length;
    }
    assert.equal(passed, 64 + 60);
  });
});

describe('hostile content', () => {
  const settings = { redactor: (user: string) => new Redactor(homes, user) };
  const bombs: readonly (readonly [string, Partial<FileEvent>])[] = [
    [
      'credentials whose redaction is longer',
      { process: { ...process, commandLine: 'a://b@ '.repeat(1170) } },
    ],
    [
      'a name of 200 Chinese characters',
      { package: { ...found, name: '中'.repeat(200), purl: 'pkg:npm/x' } },
    ],
    ['a path of home directories', { path: '/home/alice'.repeat(372) }],
    ['an image longer than any path', { process: { ...process, image: '/x'.repeat(5000) } }],
    [
      'a user name of 600 characters',
      { process: { ...process, lineage: { ...process.lineage, tree: 't'.repeat(600) } } },
    ],
  ];
  for (const [what, overrides] of bombs)
    it(`makes no alert that the central collector would refuse: ${what}`, async () => {
      const counters = new Counters();
      const alerts = new Alerts({ settings, packages: { suspects: () => undefined }, counters });
      const [draft] = alerts.raise(match([opened('/home/alice/.ssh/id', overrides)]), 0);
      assert.ok(draft);
      const alert = await respond(draft);
      assert.deepEqual(v.parse(alertSchema, alert), alert);
      assert.equal(alert.rule.id, 'r');
    });
});

describe('secret label', () => {
  const labels: readonly (readonly [group: string, kind: string, label: string])[] = [
    ['ssh', 'private-key', 'SSH private key'],
    ['git', 'gh-token', 'GitHub token'],
    ['git', 'credential-store', 'Git credential store'],
    ['cloud', 'credential', 'cloud credential'],
    ['browser', 'login-db', 'browser login db'],
    ['wallet-devkey', 'solana', 'solana wallet key'],
    ['wallet-extension', 'extension-storage', 'wallet extension'],
    ['history', 'shell-history', 'shell history'],
    ['env-file', 'dotenv', '.env file'],
    ['something-new', 'a-kind', 'something new a kind'],
  ];
  for (const [group, kind, label] of labels)
    it(`${group}/${kind} is a ${label}`, () => assert.equal(secretLabel({ group, kind }), label));
});

import assert from 'node:assert/strict';
import { createCounters } from '../../../collectors/secret-files/counters.ts';
import type { SettledOpen } from '../../../collectors/secret-files/opens.ts';
import { createReport } from '../../../collectors/secret-files/report.ts';
import type { Observation } from '../../../collectors/sensor/tree.ts';
import type { Lineage } from '../../../schema/process.ts';
import type { Tier } from '../../../schema/secret.ts';

const lineage: Lineage = { class: 'L', tree: 't', via: 'environment' };

interface Opening {
  readonly pid?: number;
  readonly by?: Lineage;
  readonly tier?: Tier;
  readonly expectedReader?: boolean;
  readonly monotonic?: number;
}

function opening({ pid = 1, by, tier = 'A', expectedReader = false, monotonic = 2e6 }: Opening): SettledOpen {
  const path = '/home/u/.ssh/id_rsa';
  const place = {
    id: 'ssh/rsa',
    group: 'ssh',
    kind: 'private-key',
    tier,
    path,
    readers: [],
    ops: ['read'],
  } as const;
  const node = { pid, parent: undefined, image: '/usr/bin/cat', lineage: by };
  return { path, secret: { path, match: { place } }, verdict: 'allowed', expectedReader, node, monotonic };
}

function reporting() {
  const counters = createCounters();
  const events: Observation[] = [];
  const tree = {
    find: () => undefined,
    recall: () => undefined,
    actor: () => undefined,
    livingTrees: () => new Set<string>(),
    describe: ({ pid, image }: { pid: number; image: string }) => ({
      pid,
      image,
      startTime: '',
      commandLine: '',
      uid: 0,
      ancestors: [],
    }),
  };
  return { counters, events, report: createReport(tree, counters, (event) => events.push(event)) };
}

describe('the report of opens', () => {
  const cases = [
    { name: 'package code, whatever the tier', open: { by: lineage, tier: 'C' }, reported: true },
    {
      name: 'package code that is an expected reader',
      open: { by: lineage, expectedReader: true },
      reported: true,
    },
    { name: 'somebody who is not expected at tier A', open: {}, reported: true },
    { name: 'somebody who is expected', open: { expectedReader: true }, reported: false },
    { name: 'somebody at tier B', open: { tier: 'B' }, reported: false },
  ] as const;
  for (const { name, open, reported } of cases) {
    it(`${reported ? 'tells of' : 'counts'} ${name}`, () => {
      const { report, events, counters } = reporting();
      report(opening(open));
      assert.equal(events.length, reported ? 1 : 0);
      assert.equal(counters['ordinary-opens'], reported ? 0 : 1);
    });
  }

  it('tells once a second of the same open', () => {
    const { report, events, counters } = reporting();
    for (let n = 0; n < 1000; n++) report(opening({ by: lineage, monotonic: 2e6 + n }));
    report(opening({ by: lineage, monotonic: 4e6 }));
    assert.equal(events.length, 2);
    assert.equal(counters['repeated-opens'], 999);
  });

  it('tells of twenty strangers a second and counts the rest, but of package code always', () => {
    const { report, events, counters } = reporting();
    for (let pid = 1; pid <= 100; pid++) report(opening({ pid }));
    report(opening({ pid: 101, by: lineage }));
    assert.equal(events.length, 21);
    assert.equal(counters['context-opens-unreported'], 80);
  });
});

import assert from 'node:assert/strict';
import { decide } from '../../../collectors/secret-files/verdict.ts';
import { defaultPolicy, type Policy } from '../../../schema/policy.ts';
import type { LineageClass } from '../../../schema/process.ts';
import type { Tier } from '../../../schema/secret.ts';

const protect: Policy = { ...defaultPolicy, mode: 'protect' };
const onlyCloud: Policy = {
  mode: 'protect',
  deny: [{ classes: ['J'], tiers: ['A', 'B'], groups: ['cloud'] }],
};

interface Case {
  readonly policy: Policy;
  readonly by: LineageClass | undefined;
  readonly tier: Tier;
  readonly group?: string;
  readonly expected?: true;
  readonly verdict: 'allowed' | 'denied' | 'would-deny';
}

const cases: readonly Case[] = [
  { policy: protect, by: 'L', tier: 'A', verdict: 'denied' },
  { policy: protect, by: 'P', tier: 'A', verdict: 'denied' },
  { policy: protect, by: 'L', tier: 'A', expected: true, verdict: 'allowed' },
  { policy: protect, by: 'L', tier: 'B', verdict: 'allowed' },
  { policy: protect, by: 'J', tier: 'A', verdict: 'allowed' },
  { policy: protect, by: 'G', tier: 'A', verdict: 'allowed' },
  { policy: protect, by: undefined, tier: 'A', verdict: 'allowed' },
  { policy: defaultPolicy, by: 'L', tier: 'A', verdict: 'would-deny' },
  { policy: defaultPolicy, by: 'L', tier: 'C', verdict: 'allowed' },
  { policy: { mode: 'protect', deny: [] }, by: 'L', tier: 'A', verdict: 'allowed' },
  { policy: onlyCloud, by: 'J', tier: 'B', group: 'cloud', verdict: 'denied' },
  { policy: onlyCloud, by: 'J', tier: 'B', group: 'ssh', verdict: 'allowed' },
];

describe('the verdict on a held open', () => {
  for (const { policy, by, tier, group = 'ssh', expected = false, verdict } of cases) {
    const who = `${by ?? 'nobody we know'}${expected ? ', an expected reader,' : ''}`;
    it(`${policy.mode}: ${who} asks for ${group} ${tier}: ${verdict}`, () => {
      const lineage = by && ({ class: by, tree: 't', via: 'environment' } as const);
      assert.equal(decide(policy, lineage, { tier, group }, expected), verdict);
    });
  }
});

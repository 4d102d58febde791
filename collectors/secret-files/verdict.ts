import type { Policy } from '../../schema/policy.ts';
import type { Lineage } from '../../schema/process.ts';
import type { SecretRef } from '../../schema/secret.ts';

export type Verdict = 'allowed' | 'denied' | 'would-deny';

/**
 * What to answer a held open: from memory, without looking at anything else. Default is to allow; so are processes
 * without a lineage, and readers the catalogue expects. `would-deny` is answered like `allowed` and says what protect mode would do.
 */
export function decide(
  policy: Policy,
  lineage: Lineage | undefined,
  secret: Pick<SecretRef, 'tier' | 'group'>,
  expectedReader: boolean,
): Verdict {
  if (!lineage || expectedReader) return 'allowed';
  const forbidden = policy.deny.some(
    ({ classes, tiers, groups }) =>
      classes.includes(lineage.class) &&
      tiers.includes(secret.tier) &&
      (groups === undefined || groups.includes(secret.group)),
  );
  if (!forbidden) return 'allowed';
  return policy.mode === 'protect' ? 'denied' : 'would-deny';
}

// A text that is equal for what means the same: places in a file are left out, wildcards are told from text.
import type { CorrelationRule } from './rule.ts';

export function signatureOf(meaning: unknown): string {
  return JSON.stringify(meaning, (key, value: unknown) => {
    if (key === 'offset') return undefined;
    return typeof value === 'symbol' ? { wildcard: value.description } : value;
  });
}

/** What a correlation asks for, with the signatures of its rules in place of their names. */
export function signatureOfCorrelation(rule: CorrelationRule, steps: readonly string[]): string {
  const { type, rules, groupBy, timespan, thresholds, fields, percentile, aliases } = rule;
  const byStep = [...aliases].map(([alias, names]) => [alias, rules.map((name) => names.get(name))]);
  return signatureOf([type, steps, groupBy, timespan, thresholds, fields, percentile, byStep]);
}

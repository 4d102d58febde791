import type { ConditionOperator, Threshold } from '../rule/rule.ts';

const operators: Readonly<Record<ConditionOperator, (value: number, limit: number) => boolean>> = {
  gt: (value, limit) => value > limit,
  gte: (value, limit) => value >= limit,
  lt: (value, limit) => value < limit,
  lte: (value, limit) => value <= limit,
  eq: (value, limit) => value === limit,
  neq: (value, limit) => value !== limit,
};

export function holds(thresholds: readonly Threshold[], value: number): boolean {
  return thresholds.every(({ operator, value: limit }) => operators[operator](value, limit));
}

/** Whether more events can only help: then a match is known at once, otherwise when the window is over. */
export function onlyGrows(thresholds: readonly Threshold[]): boolean {
  return thresholds.every(({ operator }) => operator === 'gt' || operator === 'gte');
}

/** The least whole number that satisfies lower limits. */
export function least(thresholds: readonly Threshold[]): number {
  return Math.max(
    1,
    ...thresholds.map(({ operator, value }) =>
      operator === 'gt' ? Math.floor(value) + 1 : Math.ceil(value),
    ),
  );
}

import type { Threshold } from '../rule/rule.ts';

export function holds(thresholds: readonly Threshold[], value: number): boolean {
  return thresholds.every(({ operator, value: limit }) => {
    switch (operator) {
      case 'gt':
        return value > limit;
      case 'gte':
        return value >= limit;
      case 'lt':
        return value < limit;
      case 'lte':
        return value <= limit;
      case 'eq':
        return value === limit;
      case 'neq':
        return value !== limit;
    }
  });
}

/** Whether more events can only help: then a match is known at once, otherwise when the window is over. */
export function onlyGrows(thresholds: readonly Threshold[]): boolean {
  return thresholds.every(({ operator }) => operator === 'gt' || operator === 'gte');
}

/** The least whole number that satisfies lower limits. */
export function least(thresholds: readonly Threshold[]): number {
  return Math.max(1, ...thresholds.map(({ operator, value }) => (operator === 'gt' ? Math.floor(value) + 1 : Math.ceil(value))));
}

// Conditions that more events may turn false again (less than, equal to, averages, percentiles) are judged when the
// window is over. The window opens with the first hit of a group and ends a timespan later.
import type { CorrelationRule } from '../rule/rule.ts';
import { type Group, type Hit, MAX_EVIDENCE, type Strategy } from './strategy.ts';
import { holds } from './threshold.ts';

export interface ClosingGroup extends Group {
  readonly start: number;
  count: number;
  sum: number;
  /** Numbers of the newest events. */
  readonly seqs: number[];
  /** value → how often, and its newest event; of types that compare values. */
  readonly values: Map<string | number, { count: number; seq: number }> | undefined;
  /** Rules that matched, as bits. */
  steps: number;
  /** Length of the longest chain in the rule's order that ends with each rule; of types that ask for one. */
  readonly chains: number[] | undefined;
}

/** Most different values of one window; further ones only count in the total. */
const MAX_VALUES = 4096;

export function closing(rule: CorrelationRule): Strategy<ClosingGroup> {
  const keepsValues = rule.type === 'value_count' || rule.type === 'value_percentile';
  return {
    create: (hit) => ({
      size: 1,
      start: hit.time,
      count: 0,
      sum: 0,
      seqs: [],
      values: keepsValues ? new Map() : undefined,
      steps: 0,
      chains: rule.type === 'temporal_ordered' ? [] : undefined,
    }),
    add(group, hit) {
      group.count += 1;
      group.seqs.push(hit.seq);
      if (group.seqs.length > MAX_EVIDENCE) group.seqs.shift();
      if (typeof hit.value === 'number') group.sum += hit.value;
      if (hit.value !== undefined) countValue(group, hit.value, hit.seq);
      addStep(group, hit);
      group.size = 1 + (group.values?.size ?? 0);
      return undefined;
    },
    end: ({ start }) => start + rule.timespan,
    close: (group) => judge(rule, group),
  };
}

function countValue({ values }: ClosingGroup, value: string | number, seq: number): void {
  if (!values) return;
  const known = values.get(value);
  if (known) {
    known.count += 1;
    known.seq = seq;
  } else if (values.size < MAX_VALUES) values.set(value, { count: 1, seq });
}

function addStep(group: ClosingGroup, { step }: Hit): void {
  group.steps |= 1 << step;
  if (!group.chains) return;
  // Steps of one event come last to first, so none of them continues another.
  const before = Math.max(0, ...group.chains.slice(0, step).map((length) => length ?? 0));
  group.chains[step] = Math.max(group.chains[step] ?? 0, before + 1);
}

function judge(rule: CorrelationRule, group: ClosingGroup): readonly number[] | undefined {
  if (rule.type === 'value_percentile' && rule.percentile === undefined) return rareValues(rule, group);
  return holds(rule.thresholds, measure(rule, group)) ? group.seqs : undefined;
}

function measure(rule: CorrelationRule, group: ClosingGroup): number {
  switch (rule.type) {
    case 'value_count':
      return group.values?.size ?? 0;
    case 'value_sum':
      return group.sum;
    case 'value_avg':
      return group.sum / group.count;
    case 'value_percentile':
      return percentile(group, rule.percentile ?? 50);
    case 'temporal':
      return group.steps.toString(2).replaceAll('0', '').length;
    case 'temporal_ordered':
      return Math.max(0, ...(group.chains ?? []).map((length) => length ?? 0));
    case 'event_count':
    default:
      return group.count;
  }
}

/** The least value that at least `percent` of the values do not exceed (nearest rank). */
function percentile({ values, count }: ClosingGroup, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * count));
  let seen = 0;
  let value = Number.NaN;
  for (const [candidate, { count: times }] of [...(values ?? [])].toSorted(
    ([a], [b]) => Number(a) - Number(b),
  )) {
    value = Number(candidate);
    seen += times;
    if (seen >= rank) break;
  }
  return value;
}

/** The events of the values whose share of all, in percent, satisfies the condition. */
function rareValues(
  { thresholds }: CorrelationRule,
  { values, count }: ClosingGroup,
): readonly number[] | undefined {
  const found = [...(values?.values() ?? [])].filter(({ count: times }) =>
    holds(thresholds, (100 * times) / count),
  );
  if (found.length === 0) return undefined;
  const seqs = found.map(({ seq }) => seq).toSorted((a, b) => a - b);
  return seqs.slice(-MAX_EVIDENCE);
}

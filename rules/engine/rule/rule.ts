// The three kinds of Sigma document after reading, still independent of one another.
import type { Level } from '../../../schema/primitives.ts';
import type { Expression } from './expression.ts';

export interface RuleHead {
  /** `id`, else `name`, else the title. */
  readonly id: string;
  readonly title: string;
  readonly name: string | undefined;
  /** Absent: informational for a rule, the highest of its rules for a correlation. */
  readonly level: Level | undefined;
  readonly status: string | undefined;
  readonly tags: readonly string[];
  readonly fields: readonly string[];
  /** Own keys under `lifeguard:`, text only. */
  readonly custom: ReadonlyMap<string, string>;
  readonly file: string;
  /** Where the document begins in its file. */
  readonly line: number;
  readonly offset: number;
  /** The document as written: two documents with equal text mean the same. */
  readonly text: string;
}

export interface LogSource {
  readonly category?: string;
  readonly product?: string;
  readonly service?: string;
}

export interface DetectionRule {
  readonly kind: 'rule';
  readonly head: RuleHead;
  readonly logsource: LogSource;
  readonly condition: Expression;
  /** Identifiers that no condition names. */
  readonly unused: readonly string[];
}

export type CorrelationType =
  | 'event_count'
  | 'value_count'
  | 'value_sum'
  | 'value_avg'
  | 'value_percentile'
  | 'temporal'
  | 'temporal_ordered';

export type ConditionOperator = 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';

export interface Threshold {
  readonly operator: ConditionOperator;
  readonly value: number;
}

export interface CorrelationRule {
  readonly kind: 'correlation';
  readonly head: RuleHead;
  readonly type: CorrelationType;
  /** Names or ids of the correlated rules, in order. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** Milliseconds. */
  readonly timespan: number;
  readonly thresholds: readonly Threshold[];
  /** Fields whose values are counted or summed; empty for event counts and temporal types. */
  readonly fields: readonly string[];
  /** 0 to 100, of value_percentile; undefined: the share in percent of each value. */
  readonly percentile: number | undefined;
  /** alias → rule → field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly generate: boolean;
  readonly offset: number;
}

export interface FilterRule {
  readonly kind: 'filter';
  readonly head: RuleHead;
  readonly logsource: LogSource;
  /** Names or ids; undefined: every rule of the log source. */
  readonly rules: readonly string[] | undefined;
  /** True for what is to be kept quiet. */
  readonly condition: Expression;
  readonly offset: number;
}

export type SigmaDocument = DetectionRule | CorrelationRule | FilterRule;

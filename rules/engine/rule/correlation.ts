// Reads the correlation section.
import { RuleFault } from '../problem.ts';
import { entry, type MappingNode } from '../yaml/node.ts';
import {
  missing,
  readBoolean,
  readChoice,
  readText,
  readTexts,
  requireMap,
  requireText,
  wrong,
} from './fields.ts';
import type { ConditionOperator, CorrelationRule, CorrelationType, RuleHead, Threshold } from './rule.ts';

const types: readonly CorrelationType[] = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'temporal',
  'temporal_ordered',
];
const operators: readonly ConditionOperator[] = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'];
const unit: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** The order of a temporal correlation is kept as bits of one number. */
const MAX_RULES = 30;

export function readCorrelation(root: MappingNode, head: RuleHead): CorrelationRule {
  const section = requireMap(root, 'correlation');
  const type = readChoice(section, 'type', types);
  if (!type) throw missing(section, 'type');
  const rules = readRules(section);
  const temporal = type === 'temporal' || type === 'temporal_ordered';
  const groupBy = readTexts(section, 'group-by', true);
  if (!groupBy) throw missing(section, 'group-by');
  const aliases = readAliases(section, rules);
  return {
    kind: 'correlation',
    head,
    type,
    rules,
    groupBy,
    timespan: readTimespan(section),
    ...readCondition(section, type, temporal ? rules.length : undefined),
    aliases,
    generate: readBoolean(root, 'generate') ?? readBoolean(section, 'generate') ?? false,
    offset: section.offset,
  };
}

function readRules(section: MappingNode): readonly string[] {
  const rules = readTexts(section, 'rules', true);
  const offset = entry(section, 'rules')?.value.offset ?? section.offset;
  if (!rules) throw missing(section, 'rules');
  if (rules.length === 0)
    throw new RuleFault('E_RULE_VALUE', offset, 'rules is empty, expected names or ids of rules');
  if (rules.length > MAX_RULES)
    throw new RuleFault('E_RULE_LIMIT', offset, `rules names more than ${MAX_RULES} rules`);
  if (new Set(rules).size < rules.length)
    throw new RuleFault('E_RULE_VALUE', offset, 'rules names a rule twice');
  return rules;
}

function readTimespan(section: MappingNode): number {
  const text = requireText(section, 'timespan');
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  const span = Number(match?.[1]) * (unit[match?.[2] ?? ''] ?? 0);
  if (span > 0) return span;
  const offset = entry(section, 'timespan')?.value.offset ?? section.offset;
  throw new RuleFault(
    'E_RULE_VALUE',
    offset,
    `timespan is ${JSON.stringify(text)}, expected a positive number with s, m, h or d`,
    'write 90m for one hour and a half',
  );
}

function readCondition(
  section: MappingNode,
  type: CorrelationType,
  steps: number | undefined,
): Pick<CorrelationRule, 'thresholds' | 'fields' | 'percentile'> {
  const found = entry(section, 'condition');
  if (!found && steps !== undefined)
    return { thresholds: [{ operator: 'gte', value: steps }], fields: [], percentile: undefined };
  const condition = requireMap(section, 'condition');
  const thresholds = readThresholds(condition);
  const fields = readTexts(condition, 'field', true) ?? [];
  if (type.startsWith('value_') && fields.length === 0) throw missing(condition, 'field');
  if (fields.length > 1 && type !== 'value_count')
    throw new RuleFault('E_RULE_VALUE', condition.offset, `${type} takes one field, found ${fields.length}`);
  return { thresholds, fields, percentile: readPercentile(condition) };
}

function readThresholds(condition: MappingNode): readonly Threshold[] {
  const thresholds: Threshold[] = [];
  for (const { key, offset, value } of condition.entries) {
    const operator = operators.find((known) => known === key);
    if (operator) {
      if (value.kind !== 'scalar' || typeof value.value !== 'number') throw wrong(key, value, 'a number');
      thresholds.push({ operator, value: value.value });
    } else if (key !== 'field' && key !== 'percentile')
      throw new RuleFault(
        'E_RULE_VALUE',
        offset,
        `condition has the unknown key ${JSON.stringify(key)}`,
        `known are ${operators.join(', ')}, field, percentile`,
      );
  }
  if (thresholds.length > 0) return thresholds;
  throw new RuleFault(
    'E_RULE_MISSING',
    condition.offset,
    'condition compares with nothing',
    'add for example gte: 10',
  );
}

function readPercentile(condition: MappingNode): number | undefined {
  const found = entry(condition, 'percentile')?.value;
  if (!found) return undefined;
  if (found.kind === 'scalar' && typeof found.value === 'number' && found.value >= 0 && found.value <= 100)
    return found.value;
  throw wrong('percentile', found, 'a number from 0 to 100');
}

function readAliases(section: MappingNode, rules: readonly string[]): CorrelationRule['aliases'] {
  const aliases = new Map<string, ReadonlyMap<string, string>>();
  if (!entry(section, 'aliases')) return aliases;
  for (const { key, value } of requireMap(section, 'aliases').entries) {
    if (value.kind !== 'mapping') throw wrong(`alias ${key}`, value, 'a map of rule to field');
    const fields = new Map<string, string>();
    for (const { key: rule, offset } of value.entries) {
      if (!rules.includes(rule))
        throw new RuleFault(
          'E_CORRELATION_REFERENCE',
          offset,
          `alias ${key}: ${rule} is not among the rules`,
        );
      const field = readText(value, rule);
      if (!field) throw new RuleFault('E_RULE_VALUE', offset, `alias ${key}: ${rule} names no field`);
      fields.set(rule, field);
    }
    aliases.set(key, fields);
  }
  return aliases;
}

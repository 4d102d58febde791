// The key of a group, and the value that a correlation counts: fields of the event, through the aliases of the rule.
import type { EngineEvent, FieldValue } from '../event.ts';
import type { CorrelationRule } from '../rule/rule.ts';

/** Undefined where the event lacks a field: it belongs to no group. */
export function groupKey(rule: CorrelationRule, step: number, event: EngineEvent): string | undefined {
  return keyOf(rule, rule.groupBy, step, event);
}

/** Undefined where the type counts no value; null where the event has none. */
export function countedValue(
  rule: CorrelationRule,
  step: number,
  event: EngineEvent,
): string | number | undefined | null {
  if (rule.fields.length === 0) return undefined;
  const text = keyOf(rule, rule.fields, step, event);
  if (text === undefined) return null;
  if (rule.type === 'value_count' || (rule.type === 'value_percentile' && rule.percentile === undefined))
    return text;
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? null : number;
}

function keyOf(
  rule: CorrelationRule,
  names: readonly string[],
  step: number,
  event: EngineEvent,
): string | undefined {
  const [only] = names;
  if (only !== undefined && names.length === 1) {
    const text = textOf(event.field(fieldOf(rule, step, only)));
    return text === undefined || text.length <= MAX_KEY ? text : digest(text);
  }
  let key = '';
  for (const name of names) {
    const text = textOf(event.field(fieldOf(rule, step, name)));
    if (text === undefined) return undefined;
    // The length keeps the values of two fields from running into one another.
    key += `${text.length}:${text}`;
  }
  return key.length <= MAX_KEY ? key : digest(key);
}

/** An alias stands for a field of the rule that matched. */
function fieldOf({ aliases, rules }: CorrelationRule, step: number, name: string): string {
  return aliases.size === 0 ? name : (aliases.get(name)?.get(rules[step] ?? '') ?? name);
}

function textOf(value: FieldValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Longer keys become a digest, so that memory is bounded by their number. */
const MAX_KEY = 256;

function digest(text: string): string {
  let a = 0xdeadbeef ^ text.length;
  let b = 0x41c6ce57;
  let c = 0x9e3779b9;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x85ebca6b);
    b = Math.imul(b ^ unit, 0xc2b2ae35);
    c = Math.imul(c ^ (unit + i), 0x27d4eb2f);
  }
  const words = [a ^ (b >>> 13), b ^ (c >>> 16), c ^ (a >>> 11)].map((word) => (word >>> 0).toString(36));
  return `\u0000${text.length}.${words.join('.')}.${text.slice(0, 64)}`;
}

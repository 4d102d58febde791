// What a failed test of a rule shows: for each event what the rule expected of it and what it has.
import { Engine, type EngineMatch } from '../engine/engine.ts';
import { diagnose } from '../engine/match/diagnose.ts';
import { accepts } from '../engine/match/logsource.ts';
import type { CorrelationRule, DetectionRule, SigmaDocument } from '../engine/rule/rule.ts';
import type { NativeEvent } from '../taxonomy/native.ts';

/** More lines are not read. */
const MAX_LINES = 40;

/** It should have fired: what is missing. */
export function whyNot(
  tested: readonly SigmaDocument[],
  all: readonly SigmaDocument[],
  events: readonly NativeEvent[],
): readonly string[] {
  const lines = ['expected a match, there was none'];
  for (const document of tested) {
    if (document.kind === 'rule') lines.push(...missing(document, all, events));
    if (document.kind === 'correlation') lines.push(...correlated(document, all, events));
  }
  return shorten(lines);
}

/** It should have been quiet: what matched. */
export function why(
  matches: readonly EngineMatch<NativeEvent>[],
  events: readonly NativeEvent[],
): readonly string[] {
  const lines = ['expected no match'];
  for (const match of matches) {
    const numbers = match.events.map((event) => events.indexOf(event) + 1);
    lines.push(`${match.rule.head.title}: matched on event ${numbers.join(', ')}`);
    for (const { selection, field, value } of match.reasons)
      lines.push(`  ${selection}: ${field} is ${JSON.stringify(value)}`);
  }
  return shorten(lines);
}

function missing(
  rule: DetectionRule,
  all: readonly SigmaDocument[],
  events: readonly NativeEvent[],
): readonly string[] {
  const lines: string[] = [];
  const { id, name, title } = rule.head;
  const matching = new Engine<NativeEvent>([rule]);
  for (const [index, event] of events.entries()) {
    const { product, category } = event.source;
    const place = `event ${index + 1} (${String(category)}, ${product ?? 'any product'})`;
    if (!accepts(rule.logsource, event.source))
      lines.push(`${title}: ${place} is of another log source: ${wanted(rule)}`);
    else if (matching.evaluate(event).length > 0) {
      const silencer = all.find(
        (one) => one.kind !== 'rule' && one.rules?.some((each) => each === id || each === name),
      );
      const who = silencer ? `${silencer.kind} ${silencer.head.title}` : 'a filter';
      lines.push(`${title}: ${place} matches, but ${who} keeps it to itself`);
    } else
      for (const { selection, field, expected, found } of diagnose(rule.condition, event) ?? [])
        lines.push(
          `${title}: ${place}`,
          `  - ${selection}: ${field && `${field} `}${expected}`,
          `  + found ${found}`,
        );
  }
  return lines;
}

function wanted({ logsource: { product, category, service } }: DetectionRule): string {
  const parts = Object.entries({ product, category, service }).filter(([, value]) => value !== undefined);
  return parts.map(([key, value]) => `${key} ${value}`).join(', ');
}

function correlated(
  rule: CorrelationRule,
  all: readonly SigmaDocument[],
  events: readonly NativeEvent[],
): readonly string[] {
  const lines = [
    `${rule.head.title}: ${rule.type} within ${rule.timespan / 1000} s, by ${rule.groupBy.join(', ') || 'nothing'}`,
  ];
  for (const name of rule.rules) {
    const step = all.find(({ head }) => head.id === name || head.name === name);
    if (step?.kind !== 'rule') continue;
    const engine = new Engine<NativeEvent>([step]);
    const matched = [...events.entries()].filter(([, event]) => engine.evaluate(event).length > 0);
    lines.push(
      `  ${name}: ${matched.length === 0 ? 'matches no event' : matched.map(([index, event]) => groupOf(rule, index, event)).join('; ')}`,
    );
  }
  return lines;
}

function groupOf(rule: CorrelationRule, index: number, event: NativeEvent): string {
  const group = rule.groupBy.map((field) => `${field} ${JSON.stringify(event.field(field)) ?? 'absent'}`);
  return `event ${index + 1}${group.length > 0 ? ` (${group.join(', ')})` : ''}`;
}

function shorten(lines: readonly string[]): readonly string[] {
  return lines.length <= MAX_LINES
    ? lines
    : [...lines.slice(0, MAX_LINES), `… ${lines.length - MAX_LINES} more lines`];
}

// Says which rules, selections and values can never match: they look like cover and are none.
import type { Problem } from '../problem.ts';
import type { FieldTest, TextValue } from '../rule/expression.ts';
import type { DetectionRule, LogSource } from '../rule/rule.ts';
import { fold } from '../text/fold.ts';
import { plain } from '../text/pattern.ts';
import { position } from '../yaml/node.ts';
import { type Dead, findDead, type Judge } from './dead.ts';

/** What is known of the events of a log source. */
export interface Knowledge {
  /** Fields that its events can have; undefined where that is not known. */
  readonly fields: ReadonlySet<string> | undefined;
  /** Fields that hold a path of the file system. */
  readonly paths: ReadonlySet<string>;
}

export type Know = (logsource: LogSource) => Knowledge;

export function lintRule({ head, logsource, condition }: DetectionRule, know: Know): readonly Problem[] {
  const { dead, parts } = findDead(condition, judgeFor(logsource, know(logsource)));
  const report = (found: Dead, code: `W_${string}`, what: string): Problem => {
    const place = position(head.text, Math.max(0, found.offset - head.offset));
    return {
      line: head.line + place.line - 1,
      column: place.column,
      code,
      severity: 'warning',
      message: `${what}: ${found.reason}`,
      hint: found.hint,
    };
  };
  if (dead) return [report(dead, 'W_NEVER', 'the rule can never match')];
  const told = new Map(parts.map((part) => [`${part.offset} ${part.reason}`, part]));
  return [...told.values()].map((part) => report(part, 'W_NEVER_PART', 'a part that can never match'));
}

function judgeFor(logsource: LogSource, { fields, paths }: Knowledge): Judge {
  return ({ field, test }) => {
    if (field === undefined) return undefined;
    const asksForAbsence = test.kind === 'null' || (test.kind === 'exists' && !test.expected);
    if (fields && !fields.has(field) && !asksForAbsence)
      return {
        reason: `events of ${nameOf(logsource)} have no field ${field}`,
        hint: 'see the fields of the log source',
      };
    if (test.kind === 'text' && paths.has(field)) return wrongPath(field, test, logsource.product);
    return undefined;
  };
}

function wrongPath(
  field: FieldTest['field'],
  test: TextValue,
  product: string | undefined,
): Omit<Dead, 'offset'> | undefined {
  const literals = test.pattern.filter((part) => typeof part === 'string');
  const written = JSON.stringify(literals.join('…'));
  if (product === 'linux' || product === 'macos') {
    if (literals.some((part) => part.includes('\\')))
      return {
        reason: `${field} ${written} is a Windows path in a ${product} rule`,
        hint: 'write it with /',
      };
    const [first] = test.pattern;
    if (typeof first === 'string' && !first.startsWith('/'))
      return {
        reason: `${field} is a whole path, ${written} does not begin with /`,
        hint: 'use |endswith or |contains',
      };
  }
  if (product !== 'windows') return undefined;
  if (literals.some((part) => part.includes('/')))
    return { reason: `${field} ${written} is a Unix path in a Windows rule`, hint: 'write it with \\' };
  const whole = plain(test.pattern);
  if (whole !== undefined && fold(whole).endsWith('.exe') && !/^([a-z]:|\\)/i.test(whole))
    return {
      reason: `${field} is a whole path, ${written} is a bare name`,
      hint: "use |endswith: '\\name.exe'",
    };
  return undefined;
}

function nameOf({ product, category, service }: LogSource): string {
  return [product, category, service].filter((part) => part !== undefined).join(' ') || 'any log source';
}

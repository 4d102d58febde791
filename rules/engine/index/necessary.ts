// What an event must contain for a condition to be true: a conjunction of groups, each "one of these literals".
// It may be weaker than the condition, never stronger: whatever is not certain is left out.
import type { Expression, FieldTest } from '../rule/expression.ts';
import { fold, unifyDashes } from '../text/fold.ts';
import type { Pattern } from '../text/pattern.ts';
import { necessaryLiteral } from './regex-literal.ts';

export interface Literal {
  readonly field: string;
  /** Folded, dashes made one. */
  readonly text: string;
  /** Whether it stands at the start, at the end, or anywhere in the value. */
  readonly anchor: 'start' | 'end' | 'any';
}

export type LiteralGroup = readonly Literal[];

/** More literals in one group cost more than they narrow. */
const MAX_GROUP = 4096;

/** Undefined where nothing is certain. */
export function necessary(expression: Expression): readonly LiteralGroup[] | undefined {
  switch (expression.kind) {
    case 'test': {
      const group = ofTest(expression);
      return group && [group];
    }
    case 'selection':
      return necessary(expression.of);
    case 'all': {
      const groups = expression.of.flatMap((part) => necessary(part) ?? []);
      return groups.length === 0 ? undefined : groups;
    }
    case 'any': {
      const union: Literal[] = [];
      for (const part of expression.of) {
        const best = mostTelling(necessary(part) ?? []);
        if (!best || union.length > MAX_GROUP) return undefined;
        union.push(...best);
      }
      return union.length === 0 ? undefined : [union];
    }
    case 'not':
    default:
      return undefined;
  }
}

/** The group that is met least often: few literals, all of them long. */
function mostTelling(groups: readonly LiteralGroup[]): LiteralGroup | undefined {
  return groups.toSorted((a, b) => chance(a) - chance(b))[0];
}

/** A rough measure of how often a group is met. */
export function chance(group: LiteralGroup): number {
  let sum = 0;
  for (const { text, anchor } of group) sum += 2 ** -Math.min(text.length, 24) * (anchor === 'any' ? 8 : 1);
  return sum;
}

function ofTest({ field, test }: FieldTest): LiteralGroup | undefined {
  // A keyword may stand in any value: searching all of them costs more than trying the few rules that have one.
  if (field === undefined) return undefined;
  switch (test.kind) {
    case 'text':
      return single(field, ...ofPattern(test.pattern));
    case 'boolean':
      return single(field, String(test.value), 'end');
    case 'number': {
      const texts = new Set([String(test.value), test.source]);
      return [...texts].flatMap((text) => single(field, text, 'end') ?? []);
    }
    case 'regex':
      return single(field, necessaryLiteral(test.source), 'any');
    case 'null':
    case 'exists':
    case 'cidr':
    case 'compare':
    case 'time':
    case 'reference':
    default:
      return undefined;
  }
}

function single(field: string, literal: string, anchor: Literal['anchor']): LiteralGroup | undefined {
  // The combining dot belongs to a letter when folded, half a surrogate pair to its other half: no part of a value.
  if (literal.includes('\u0307') || !literal.isWellFormed()) return undefined;
  const text = unifyDashes(fold(literal));
  // A single letter or sign stands in nearly every value.
  if (text === '' || (anchor === 'any' && text.length === 1 && text < '\x80')) return undefined;
  return [{ field, text, anchor }];
}

/** The longest literal of a pattern. */
function ofPattern(pattern: Pattern): [literal: string, anchor: Literal['anchor']] {
  let best = '';
  let at = -1;
  for (const [index, part] of pattern.entries())
    if (typeof part === 'string' && part.length > best.length) [best, at] = [part, index];
  if (at === pattern.length - 1) return [best, 'end'];
  return [best, at === 0 ? 'start' : 'any'];
}

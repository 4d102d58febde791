// Requirements of one conjunction that exclude each other, or that imply what the same conjunction denies.
import type { Expression, FieldTest } from '../rule/expression.ts';
import type { Dead } from './dead.ts';
import { excludes, implies } from './relation.ts';

/** Tests on one field of which one must hold. */
type Alternatives = readonly FieldTest[];

interface Requirements {
  readonly positive: ReadonlyMap<string, readonly Alternatives[]>;
  readonly negative: readonly Expression[];
}

/** More alternatives than this are not compared pair by pair. */
const MAX_PAIRS = 10_000;

export function contradiction(expression: Expression): Dead | undefined {
  const { positive, negative } = requirements(expression);
  for (const [field, constraints] of positive)
    for (const [at, one] of constraints.entries())
      for (const other of constraints.slice(at + 1))
        if (
          one.length * other.length <= MAX_PAIRS &&
          one.every((a) => other.every((b) => excludes(a.test, b.test)))
        )
          return dead(
            other[0],
            `${field} cannot satisfy both of its conditions at once`,
            'link the alternatives by or',
          );
  for (const denied of negative)
    if (implied(denied, positive))
      return dead(firstTest(denied), 'what is selected is always filtered out again', 'narrow the filter');
  return undefined;
}

function dead(test: FieldTest | undefined, reason: string, hint: string): Dead {
  return { offset: test?.offset ?? 0, reason, hint };
}

function requirements(expression: Expression): Requirements {
  const positive = new Map<string, Alternatives[]>();
  const negative: Expression[] = [];
  const visit = (part: Expression): void => {
    if (part.kind === 'selection') visit(part.of);
    else if (part.kind === 'not') negative.push(part.of);
    else if (part.kind === 'all') for (const inner of part.of) visit(inner);
    else {
      const alternatives = alternativesOf(part);
      const field = alternatives?.[0]?.field;
      if (alternatives && field !== undefined)
        positive.set(field, [...(positive.get(field) ?? []), alternatives]);
    }
  };
  visit(expression);
  return { positive, negative };
}

/** The tests of an expression that is nothing but alternatives on one field. */
function alternativesOf(expression: Expression): Alternatives | undefined {
  if (expression.kind === 'test') return [expression];
  if (expression.kind === 'selection') return alternativesOf(expression.of);
  if (expression.kind !== 'any') return undefined;
  const tests: FieldTest[] = [];
  for (const part of expression.of) {
    const inner = alternativesOf(part);
    if (!inner || inner.some(({ field }) => field === undefined || field !== (tests[0] ?? inner[0])?.field))
      return undefined;
    tests.push(...inner);
  }
  return tests;
}

function implied(expression: Expression, positive: Requirements['positive']): boolean {
  const alternatives = alternativesOf(expression);
  if (alternatives) {
    const constraints = positive.get(alternatives[0]?.field ?? '') ?? [];
    return constraints.some(
      (constraint) =>
        constraint.length * alternatives.length <= MAX_PAIRS &&
        constraint.every((a) => alternatives.some((b) => implies(a.test, b.test))),
    );
  }
  if (expression.kind === 'selection') return implied(expression.of, positive);
  if (expression.kind === 'all') return expression.of.every((part) => implied(part, positive));
  return expression.kind === 'any' && expression.of.some((part) => implied(part, positive));
}

function firstTest(expression: Expression): FieldTest | undefined {
  if (expression.kind === 'test') return expression;
  if (expression.kind === 'selection' || expression.kind === 'not') return firstTest(expression.of);
  for (const part of expression.of) {
    const found = firstTest(part);
    if (found) return found;
  }
  return undefined;
}

// Compiles the tree of a condition to one function. Selections that are named twice are compiled once, tests of one
// field are taken together, and what is cheap is tried first: the order of pure tests cannot change the result.
import type { Expression, FieldTest } from '../rule/expression.ts';
import { fold, unifyDashes } from '../text/fold.ts';
import { compileSet } from '../text/set.ts';
import { mapLiterals } from '../text/pattern.ts';
import { compileTest, formOf, onTexts, type Predicate, reader } from './test.ts';
import type { FieldTable } from './view.ts';

interface Costed {
  readonly test: Predicate;
  /** Roughly, in comparisons of a short text. */
  readonly cost: number;
}

type Done = Map<Expression, Costed>;

export function compileExpression(expression: Expression, fields: FieldTable): Predicate {
  return compile(expression, fields, new Map()).test;
}

function compile(expression: Expression, fields: FieldTable, done: Done): Costed {
  const known = done.get(expression);
  if (known) return known;
  const compiled = build(expression, fields, done);
  done.set(expression, compiled);
  return compiled;
}

function build(expression: Expression, fields: FieldTable, done: Done): Costed {
  switch (expression.kind) {
    case 'test':
      return { test: compileTest(expression, fields), cost: costOf(expression) };
    case 'selection':
      return compile(expression.of, fields, done);
    case 'not': {
      const inner = compile(expression.of, fields, done);
      return { test: (view) => !inner.test(view), cost: inner.cost };
    }
    case 'all':
      return every(expression.of.map((part) => compile(part, fields, done)));
    case 'any':
    default:
      return some(alternatives(expression.of, fields, done));
  }
}

/** Text tests of one field and form become one test. */
function alternatives(parts: readonly Expression[], fields: FieldTable, done: Done): readonly Costed[] {
  const sets = new Map<string, FieldTest[]>();
  const rest: Costed[] = [];
  for (const part of parts) {
    if (part.kind === 'test' && part.field !== undefined && part.test.kind === 'text') {
      const key = `${formOf(part.test)} ${part.field}`;
      sets.set(key, [...(sets.get(key) ?? []), part]);
    } else rest.push(compile(part, fields, done));
  }
  for (const set of sets.values()) rest.push(compileSetOf(set, fields));
  return rest;
}

function compileSetOf(tests: readonly FieldTest[], fields: FieldTable): Costed {
  const [first] = tests;
  if (!first || first.field === undefined || first.test.kind !== 'text')
    return { test: () => false, cost: 0 };
  const form = formOf(first.test);
  const prepare = { text: (literal: string) => literal, folded: fold, dashed: foldDashes }[form];
  const patterns = tests.flatMap(({ test }) =>
    test.kind === 'text' ? [mapLiterals(test.pattern, prepare)] : [],
  );
  const cost = tests.reduce((sum, test) => sum + costOf(test), 0);
  return { test: onTexts(reader(fields.slot(first.field), form), compileSet(patterns)), cost };
}

function foldDashes(literal: string): string {
  return unifyDashes(fold(literal));
}

function costOf({ field, test }: FieldTest): number {
  if (field === undefined) return 100;
  if (test.kind === 'regex') return 500;
  if (test.kind !== 'text') return 2;
  return test.pattern.length <= 2 ? 1 : 2 * test.pattern.length;
}

function every(parts: readonly Costed[]): Costed {
  const tests = cheapestFirst(parts);
  const cost = parts.reduce((sum, part) => sum + part.cost, 0);
  const [a, b] = tests;
  if (a && b && tests.length === 2) return { test: (view) => a(view) && b(view), cost };
  return {
    test: (view) => {
      for (const test of tests) if (!test(view)) return false;
      return true;
    },
    cost,
  };
}

function some(parts: readonly Costed[]): Costed {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const tests = cheapestFirst(parts);
  return {
    test: (view) => {
      for (const test of tests) if (test(view)) return true;
      return false;
    },
    cost: parts.reduce((sum, part) => sum + part.cost, 0),
  };
}

function cheapestFirst(parts: readonly Costed[]): readonly Predicate[] {
  return parts.toSorted((a, b) => a.cost - b.cost).map(({ test }) => test);
}

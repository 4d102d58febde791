// Compiles the tree of a condition to one function. Selections that are named twice are compiled once.
import type { Expression } from '../rule/expression.ts';
import { compileTest, type Predicate } from './test.ts';
import type { FieldTable } from './view.ts';

export function compileExpression(expression: Expression, fields: FieldTable): Predicate {
  return compile(expression, fields, new Map());
}

function compile(expression: Expression, fields: FieldTable, done: Map<Expression, Predicate>): Predicate {
  const known = done.get(expression);
  if (known) return known;
  const compiled = build(expression, fields, done);
  done.set(expression, compiled);
  return compiled;
}

function build(expression: Expression, fields: FieldTable, done: Map<Expression, Predicate>): Predicate {
  switch (expression.kind) {
    case 'test':
      return compileTest(expression, fields);
    case 'selection':
      return compile(expression.of, fields, done);
    case 'not': {
      const inner = compile(expression.of, fields, done);
      return (view) => !inner(view);
    }
    case 'all':
      return every(expression.of.map((part) => compile(part, fields, done)));
    case 'any':
    default:
      return some(expression.of.map((part) => compile(part, fields, done)));
  }
}

function every(parts: readonly Predicate[]): Predicate {
  return (view) => {
    for (const part of parts) if (!part(view)) return false;
    return true;
  };
}

function some(parts: readonly Predicate[]): Predicate {
  return (view) => {
    for (const part of parts) if (part(view)) return true;
    return false;
  };
}

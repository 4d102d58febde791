// Why a condition is true: which selections, which fields, which values of the event. Run only for a match.
import type { MatchReason } from '../../../schema/alert.ts';
import { truncate } from '../../../schema/primitives.ts';
import type { Expression, FieldTest, Test } from '../rule/expression.ts';
import { compileTest, type Predicate, textTest } from './test.ts';
import type { EventView, FieldTable, Texts } from './view.ts';

export const MAX_REASONS = 64;
const MAX_REASON_VALUE = 512;
const MAX_NAME = 512;

/** The reasons of a true expression; undefined where it is false. */
export function explain(
  expression: Expression,
  view: EventView,
  fields: FieldTable,
): readonly MatchReason[] | undefined {
  return visit(expression, view, fields, '')?.slice(0, MAX_REASONS);
}

function visit(
  expression: Expression,
  view: EventView,
  fields: FieldTable,
  selection: string,
): readonly MatchReason[] | undefined {
  switch (expression.kind) {
    case 'test':
      return compiled(expression, fields)(view) ? [reason(expression, view, fields, selection)] : undefined;
    case 'selection':
      return visit(expression.of, view, fields, expression.name);
    case 'not':
      return visit(expression.of, view, fields, selection) ? undefined : [];
    case 'all': {
      const found: MatchReason[] = [];
      for (const part of expression.of) {
        const reasons = visit(part, view, fields, selection);
        if (!reasons) return undefined;
        found.push(...reasons.slice(0, MAX_REASONS));
      }
      return found;
    }
    case 'any':
    default: {
      // Every selection that holds is told; of the values of one field the first that holds is enough.
      const found = expression.of.map((part) => visit(part, view, fields, selection));
      const holding = found.filter((reasons) => reasons !== undefined);
      if (holding.length === 0) return undefined;
      return expression.of.every((part) => part.kind === 'test') ? holding[0] : holding.flat();
    }
  }
}

/** What is compiled once serves every match. A field has another number in another engine. */
const known = new WeakMap<FieldTable, Map<FieldTest, Predicate>>();

function compiled(test: FieldTest, fields: FieldTable): Predicate {
  let tests = known.get(fields);
  if (!tests) known.set(fields, (tests = new Map()));
  let predicate = tests.get(test);
  if (!predicate) tests.set(test, (predicate = compileTest(test, fields)));
  return predicate;
}

function reason(
  { field, test }: FieldTest,
  view: EventView,
  fields: FieldTable,
  selection: string,
): MatchReason {
  const texts = field === undefined ? view.everything('text') : view.text(fields.slot(field));
  const value = matching(test, texts) ?? '';
  return {
    selection: truncate(selection, MAX_NAME),
    field: truncate(field ?? 'keywords', MAX_NAME),
    value: truncate(value, MAX_REASON_VALUE),
  };
}

/** The element of a list that the test found, else the first. */
function matching(test: Test, texts: Texts): string | undefined {
  if (texts === undefined || typeof texts === 'string') return texts;
  const [form, matches] = textTest(test);
  if (!matches) return texts[0];
  return texts.find((text) => matches(form === 'text' ? text : text.toLowerCase())) ?? texts[0];
}

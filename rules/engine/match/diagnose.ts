// Why a condition is false: the tests that would have to change, with what they expect and what the event has.
import { truncate } from '../../../schema/primitives.ts';
import type { EngineEvent } from '../event.ts';
import type { Expression, FieldTest, Test } from '../rule/expression.ts';
import { MANY, ONE } from '../text/pattern.ts';
import { compileTest } from './test.ts';
import { EventView, FieldTable } from './view.ts';

export interface Miss {
  readonly selection: string;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** More misses of one condition tell nothing. */
const MAX_MISSES = 32;
const MAX_SHOWN = 160;

/** Undefined where the condition is true. */
export function diagnose(condition: Expression, event: EngineEvent): readonly Miss[] | undefined {
  const fields = new FieldTable();
  const view = new EventView(fields);
  view.load(event);
  return misses(condition, { fields, view, selection: '' })?.slice(0, MAX_MISSES);
}

interface Context {
  readonly fields: FieldTable;
  readonly view: EventView;
  readonly selection: string;
}

function misses(expression: Expression, context: Context): readonly Miss[] | undefined {
  switch (expression.kind) {
    case 'test':
      return compileTest(expression, context.fields)(context.view)
        ? undefined
        : [miss([expression], context)];
    case 'selection':
      return misses(expression.of, { ...context, selection: expression.name });
    case 'not': {
      if (misses(expression.of, context)) return undefined;
      const name = expression.of.kind === 'selection' ? expression.of.name : context.selection;
      return [{ selection: name, field: '', expected: 'not to match', found: 'it matches' }];
    }
    case 'all': {
      const found = expression.of.flatMap((part) => misses(part, context) ?? []);
      return found.length === 0 ? undefined : found;
    }
    case 'any':
    default: {
      const found = expression.of.map((part) => misses(part, context));
      if (found.some((one) => one === undefined)) return undefined;
      const tests = expression.of.filter((part) => part.kind === 'test');
      const alike =
        tests.length === expression.of.length && tests.every(({ field }) => field === tests[0]?.field);
      return alike ? [miss(tests, context)] : found.flatMap((one) => one ?? []);
    }
  }
}

/** Alternatives on one field are one miss. */
function miss(tests: readonly FieldTest[], { fields, view, selection }: Context): Miss {
  const [first] = tests;
  const field = first?.field;
  const value = field === undefined ? 'not in any value' : show(view.raw(fields.slot(field)));
  const expected = tests.slice(0, 4).map(({ test }) => describeTest(test));
  const more = tests.length > 4 ? ` or ${tests.length - 4} more` : '';
  return { selection, field: field ?? 'keywords', expected: expected.join(' or ') + more, found: value };
}

function show(value: unknown): string {
  return value === undefined ? 'no such field' : truncate(JSON.stringify(value), MAX_SHOWN);
}

/** In a few words: `ends with "x"`, `matches /x/`. */
export function describeTest(test: Test): string {
  switch (test.kind) {
    case 'text':
      return describeText(test);
    case 'number':
    case 'boolean':
      return `equals ${test.kind === 'number' ? test.source : String(test.value)}`;
    case 'null':
      return 'is null or absent';
    case 'exists':
      return test.expected ? 'exists' : 'is absent';
    case 'regex':
      return truncate(`matches /${test.source}/${test.flags}`, MAX_SHOWN);
    case 'cidr':
      return `is in ${test.network}`;
    case 'compare':
      return `${test.part ? `${test.part} ` : ''}is ${signs[test.operator]} ${test.value}`;
    case 'time':
      return `${test.part} is ${test.value}`;
    case 'reference':
    default:
      return `${test.anchor} the field ${test.field}`;
  }
}

const signs = { lt: '<', lte: '≤', gt: '>', gte: '≥' } as const;

function describeText({ pattern, cased, dashes }: Extract<Test, { kind: 'text' }>): string {
  const [first, second, third] = pattern;
  const notes = `${cased ? ' (cased)' : ''}${dashes ? ' (any dash)' : ''}`;
  const quoted = (text: string): string => truncate(JSON.stringify(text), MAX_SHOWN) + notes;
  if (pattern.length === 0) return 'is empty';
  if (pattern.length === 1 && typeof first === 'string') return `equals ${quoted(first)}`;
  if (pattern.length === 2 && typeof first === 'string' && second === MANY)
    return `starts with ${quoted(first)}`;
  if (pattern.length === 2 && first === MANY && typeof second === 'string')
    return `ends with ${quoted(second)}`;
  if (pattern.length === 3 && first === MANY && typeof second === 'string' && third === MANY)
    return `contains ${quoted(second)}`;
  return `is like ${quoted(pattern.map((part) => (part === MANY ? '*' : part === ONE ? '?' : part)).join(''))}`;
}

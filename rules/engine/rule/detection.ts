// Reads the search identifiers of a detection: maps, lists of maps, lists of keywords, and values with modifiers.
import { type Placeholders, fault as modifierFault } from '../modifiers/modifier.ts';
import { modifierNames, modifiers } from '../modifiers/index.ts';
import { RuleFault } from '../problem.ts';
import { MANY, normalise, parsePattern } from '../text/pattern.ts';
import { describe, type Entry, type MappingNode, type Node, type ScalarNode } from '../yaml/node.ts';
import { type Expression, join, type Test } from './expression.ts';

export interface DetectionContext {
  readonly placeholders: Placeholders;
  /** Translates the field names of the rule's taxonomy into ours. */
  readonly field: (name: string) => string;
  /** Called for what is allowed but not as the specification says. */
  readonly warn: (code: `W_${string}`, offset: number, message: string, hint: string) => void;
}

/** Most values that one field may be compared with. */
const MAX_VALUES = 20_000;
/** Longest value, in characters. */
const MAX_LENGTH = 8192;

export function readIdentifiers(
  detection: MappingNode,
  reserved: readonly string[],
  context: DetectionContext,
): Map<string, Expression> {
  const identifiers = new Map<string, Expression>();
  for (const { key, offset, value } of detection.entries) {
    if (reserved.includes(key)) continue;
    if (!/^[^\s()|*]+$/.test(key))
      context.warn(
        'W_NAME',
        offset,
        `${JSON.stringify(key)} can only be reached by a pattern`,
        'use letters, digits and _',
      );
    identifiers.set(key, { kind: 'selection', name: key, of: readGroup(value, key, context) });
  }
  return identifiers;
}

function readGroup(node: Node, name: string, context: DetectionContext): Expression {
  if (node.kind === 'mapping') return readMap(node, name, context);
  if (node.kind === 'scalar') return keyword([node], [], node.offset, context);
  if (node.items.length === 0) throw empty(node, name);
  return join(
    'any',
    node.items.map((item) => readGroup(item, name, context)),
  );
}

function readMap(node: MappingNode, name: string, context: DetectionContext): Expression {
  if (node.entries.length === 0) throw empty(node, name);
  return join(
    'all',
    node.entries.map((item) => readItem(item, context)),
  );
}

function empty(node: Node, name: string): RuleFault {
  return new RuleFault(
    'E_DETECTION_EMPTY',
    node.offset,
    `${name} is empty`,
    'give it a field with a value, or keywords',
  );
}

/** `Field|modifier|…: value or values`. */
function readItem({ key, offset, value }: Entry, context: DetectionContext): Expression {
  const [field = '', ...names] = key.split('|').map((part) => part.trim());
  const values = value.kind === 'sequence' ? value.items : [value];
  if (values.length > MAX_VALUES)
    throw new RuleFault('E_RULE_LIMIT', offset, `${key} has more than ${MAX_VALUES} values`);
  const scalars = values.map((item) => {
    if (item.kind === 'scalar') return item;
    throw new RuleFault(
      'E_DETECTION_SHAPE',
      item.offset,
      `${key} holds ${describe(item)}, expected text, numbers or null`,
    );
  });
  if (scalars.length === 0) throw new RuleFault('E_DETECTION_EMPTY', offset, `${key} has no value`);
  checkNull(key, scalars, context);
  if (field === '') return keyword(scalars, names, offset, context);
  return readValues(context.field(field), scalars, names, offset, context);
}

function checkNull(key: string, scalars: readonly ScalarNode[], context: DetectionContext): void {
  const odd = scalars.length > 1 ? scalars.find((item) => item.value === null) : undefined;
  if (odd)
    context.warn(
      'W_NULL_IN_LIST',
      odd.offset,
      `${key}: null stands in a list`,
      'write a selection of its own for null',
    );
}

function keyword(
  scalars: readonly ScalarNode[],
  names: readonly string[],
  offset: number,
  context: DetectionContext,
): Expression {
  const nothing = scalars.find((item) => item.value === null);
  if (nothing)
    throw new RuleFault('E_DETECTION_SHAPE', nothing.offset, 'a keyword needs text, found nothing');
  return readValues(undefined, scalars, names, offset, context);
}

function readValues(
  field: string | undefined,
  scalars: readonly ScalarNode[],
  names: readonly string[],
  offset: number,
  context: DetectionContext,
): Expression {
  for (const name of names) checkName(name, field, offset);
  const every = names.includes('all');
  if (every && scalars.length === 1)
    context.warn(
      'W_ALL_SINGLE',
      offset,
      `|all on ${field ?? 'keywords'} has a single value`,
      'leave |all out',
    );
  const steps = names.filter((name) => name !== 'all' && name !== 'neq');
  const perValue = scalars.map((scalar) => {
    const tests = applyModifiers(field, scalar, steps, context.placeholders);
    const [only] = tests;
    if (only && tests.length === 1) return fieldTest(field, only, offset);
    if (!only)
      throw new RuleFault(
        'E_PLACEHOLDER',
        scalar.offset,
        `${field ?? 'a keyword'} has no value left after expansion`,
      );
    return join(
      'any',
      tests.map((test) => fieldTest(field, test, offset)),
    );
  });
  const joined = join(every ? 'all' : 'any', perValue);
  return names.includes('neq') ? { kind: 'not', of: joined } : joined;
}

function fieldTest(field: string | undefined, test: Test, offset: number): Expression {
  return { kind: 'test', field, test: field === undefined ? anywhere(test) : test, offset };
}

function checkName(name: string, field: string | undefined, offset: number): void {
  if (modifiers.has(name) || name === 'all' || name === 'neq') return;
  const close = modifierNames.filter((known) => known.startsWith(name.slice(0, 3).toLowerCase())).join(', ');
  throw new RuleFault(
    'E_MODIFIER_UNKNOWN',
    offset,
    `unknown modifier |${name} on ${field ?? 'keywords'}`,
    close ? `did you mean ${close}?` : `known are ${modifierNames.join(', ')}`,
  );
}

function applyModifiers(
  field: string | undefined,
  scalar: ScalarNode,
  names: readonly string[],
  placeholders: Placeholders,
): readonly Test[] {
  let tests: readonly Test[] = [initial(scalar)];
  for (const [index, name] of names.entries()) {
    const modifier = modifiers.get(name);
    if (!modifier) continue;
    const step = { name, field, before: index, placeholders, offset: scalar.offset };
    const [only] = tests;
    tests =
      only && tests.length === 1
        ? listOf(modifier(only, step))
        : tests.flatMap((test) => modifier(test, step));
    if (tests.length > MAX_VALUES) throw modifierFault(step, `becomes more than ${MAX_VALUES} values`);
  }
  return tests;
}

function listOf(tests: Test | readonly Test[]): readonly Test[] {
  return 'kind' in tests ? [tests] : tests;
}

function initial({ value, source, offset }: ScalarNode): Test {
  if (source.length > MAX_LENGTH)
    throw new RuleFault(
      'E_RULE_LIMIT',
      offset,
      `a value of ${source.length} characters, at most ${MAX_LENGTH} are read`,
    );
  if (value === null) return { kind: 'null' };
  if (typeof value === 'number') return { kind: 'number', value, source };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  return {
    kind: 'text',
    pattern: parsePattern(value),
    written: value,
    cased: false,
    dashes: false,
    bytes: false,
  };
}

/** A keyword is looked for anywhere in a value. */
function anywhere(test: Test): Test {
  if (test.kind === 'number') return anywhere({ ...initialText(test.source) });
  if (test.kind === 'boolean') return anywhere({ ...initialText(String(test.value)) });
  if (test.kind !== 'text') return test;
  return { ...test, pattern: normalise([MANY, ...test.pattern, MANY]) };
}

function initialText(text: string): Extract<Test, { kind: 'text' }> {
  return { kind: 'text', pattern: [text], written: undefined, cased: false, dashes: false, bytes: false };
}

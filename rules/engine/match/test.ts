// Compiles one test on one field to a function of the event.
import type { FieldValue } from '../event.ts';
import type { Comparison, FieldTest, Test, TextValue } from '../rule/expression.ts';
import { fold, unifyDashes } from '../text/fold.ts';
import { compileGlob, type TextTest } from '../text/glob.ts';
import { MANY, mapLiterals } from '../text/pattern.ts';
import { contains, parseAddress, parseNetwork } from './network.ts';
import { compileRegex } from './regex.ts';
import { timePart } from './time.ts';
import type { EventView, FieldTable, Texts } from './view.ts';

export type Predicate = (view: EventView) => boolean;
type Read = (view: EventView) => Texts;

export function compileTest({ field, test }: FieldTest, fields: FieldTable): Predicate {
  const slot = field === undefined ? undefined : fields.slot(field);
  const inAll = slot === undefined ? joinedTest(test) : undefined;
  if (inAll) return inAll;
  const [form, matches] = textTest(test);
  if (matches) return onTexts(reader(slot, form), matches);
  if (slot === undefined) return () => false;
  return compileTyped(test, slot, fields);
}

/** A keyword of plain text is searched for in all values at once. */
function joinedTest(test: Test): Predicate | undefined {
  if (test.kind !== 'text' || formOf(test) !== 'folded' || test.pattern.length !== 3) return undefined;
  const [before, literal, after] = test.pattern;
  if (before !== MANY || typeof literal !== 'string' || after !== MANY || literal.includes('\0'))
    return undefined;
  const wanted = fold(literal);
  return (view) => view.joined().includes(wanted);
}

export type Form = 'text' | 'folded' | 'dashed';

export function reader(slot: number | undefined, form: Form): Read {
  if (slot === undefined) return (view) => view.everything(form);
  if (form === 'text') return (view) => view.text(slot);
  return form === 'folded' ? (view) => view.folded(slot) : (view) => view.dashed(slot);
}

/** Any element of a list may match. */
export function onTexts(read: Read, matches: TextTest): Predicate {
  return (view) => {
    const texts = read(view);
    if (typeof texts === 'string') return matches(texts);
    return texts?.some(matches) ?? false;
  };
}

/** Tests that look at a field's text, and the form of the text that they compare. */
export function textTest(test: Test): readonly [Form, TextTest | undefined] {
  switch (test.kind) {
    case 'text':
      return [formOf(test), compileGlob(mapLiterals(test.pattern, prepare(test)))];
    case 'boolean':
      return ['folded', compileGlob([String(test.value)])];
    case 'number':
      return ['folded', numberTest(test.value, fold(test.source))];
    case 'regex':
      return ['text', regexTest(test.source, test.flags)];
    case 'cidr':
      return ['text', cidrTest(test.network)];
    case 'time':
    case 'compare':
      return ['text', compareTest(test)];
    case 'null':
    case 'exists':
    case 'reference':
    default:
      return ['text', undefined];
  }
}

export function formOf(test: TextValue): Form {
  if (test.dashes) return 'dashed';
  return test.cased ? 'text' : 'folded';
}

function prepare(test: TextValue): (literal: string) => string {
  if (test.dashes) return (literal) => unifyDashes(fold(literal));
  return test.cased ? (literal) => literal : fold;
}

/** A number equals what is written like it in either notation: 16, 0x10. */
function numberTest(value: number, source: string): TextTest {
  const decimal = fold(String(value));
  return (text) => text === decimal || text === source;
}

function regexTest(source: string, flags: string): TextTest {
  const compiled = compileRegex(source, flags);
  return typeof compiled === 'string' ? () => false : (text) => compiled.test(text);
}

function cidrTest(text: string): TextTest {
  const network = parseNetwork(text);
  if (!network) return () => false;
  return (address) => {
    const words = parseAddress(address);
    return words !== undefined && contains(network, words);
  };
}

const compares: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
};

function compareTest(test: Extract<Test, { kind: 'time' | 'compare' }>): TextTest {
  const read = (text: string): number | undefined => (test.part ? timePart(text, test.part) : numberIn(text));
  const holds = test.kind === 'time' ? (a: number, b: number): boolean => a === b : compares[test.operator];
  return (text) => {
    const found = read(text);
    return found !== undefined && holds(found, test.value);
  };
}

export function numberIn(text: string): number | undefined {
  return /^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : undefined;
}

function compileTyped(test: Test, slot: number, fields: FieldTable): Predicate {
  if (test.kind === 'null') return (view) => isNothing(view.raw(slot));
  if (test.kind === 'exists') return (view) => (view.raw(slot) !== undefined) === test.expected;
  if (test.kind === 'reference') return compileReference(test, slot, fields.slot(test.field));
  return () => false;
}

function isNothing(value: FieldValue | undefined): boolean {
  return value === undefined || value === null;
}

function compileReference(
  test: Extract<Test, { kind: 'reference' }>,
  slot: number,
  other: number,
): Predicate {
  const read = (view: EventView, which: number): Texts =>
    test.cased ? view.text(which) : view.folded(which);
  const compare = (a: string, b: string): boolean => {
    if (test.anchor === 'contains') return a.includes(b);
    if (test.anchor === 'startswith') return a.startsWith(b);
    return test.anchor === 'endswith' ? a.endsWith(b) : a === b;
  };
  return (view) => {
    const left = listOf(read(view, slot));
    const right = listOf(read(view, other));
    return left.some((a) => right.some((b) => compare(a, b)));
  };
}

function listOf(texts: Texts): readonly string[] {
  if (texts === undefined) return [];
  return typeof texts === 'string' ? [texts] : texts;
}

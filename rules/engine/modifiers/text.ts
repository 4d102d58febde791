// contains, startswith, endswith, cased, windash, fieldref: how text is compared.
import type { Anchor, Test } from '../rule/expression.ts';
import { MANY, normalise, type Pattern, parsePattern, plain } from '../text/pattern.ts';
import { fault, type Modifier, type ModifierContext, nameOf, textOf } from './modifier.ts';

function anchored(anchor: Exclude<Anchor, 'equals'>): Modifier {
  const before: Pattern = anchor === 'startswith' ? [] : [MANY];
  const after: Pattern = anchor === 'endswith' ? [] : [MANY];
  return (given, context) => {
    if (given.kind === 'reference') return { ...given, anchor };
    if (given.kind === 'regex') return anchorRegex(given.source, given.flags, anchor);
    const value = given.kind === 'number' ? asText(given.source) : textOf(given, context);
    const pattern = normalise([...before, ...value.pattern, ...after]);
    const { cased: isCased, dashes, bytes } = value;
    return { kind: 'text', pattern, written: undefined, cased: isCased, dashes, bytes };
  };
}

/** A regular expression is searched for anywhere: only a start or an end asks for more. */
function anchorRegex(source: string, flags: string, anchor: Exclude<Anchor, 'equals'>): Test {
  if (anchor === 'contains') return { kind: 'regex', source, flags };
  const text = anchor === 'startswith' ? `\\A(?:${source})` : `(?:${source})\\z`;
  return { kind: 'regex', source: text, flags };
}

function asText(source: string): Extract<Test, { kind: 'text' }> {
  return {
    kind: 'text',
    pattern: parsePattern(source),
    written: source,
    cased: false,
    dashes: false,
    bytes: false,
  };
}

function cased(value: Test, context: ModifierContext): Test {
  if (value.kind === 'reference') return { ...value, cased: true };
  return { ...textOf(value, context), cased: true };
}

function windash(value: Test, context: ModifierContext): Test {
  return { ...textOf(value, context), dashes: true };
}

function fieldref(value: Test, context: ModifierContext): Test {
  const name = plain(textOf(value, context).pattern);
  if (!name) throw fault(context, `needs the name of a field, found ${nameOf(value)}`, 'leave wildcards out');
  return { kind: 'reference', field: name, anchor: 'equals', cased: false };
}

export const textModifiers: Readonly<Record<string, Modifier>> = {
  contains: anchored('contains'),
  startswith: anchored('startswith'),
  endswith: anchored('endswith'),
  cased,
  windash,
  fieldref,
};

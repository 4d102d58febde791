// expand: `%name%` becomes the values that the environment gives that name. Only under this modifier is `%` special.
import type { Test } from '../rule/expression.ts';
import { normalise, type Part, type Pattern, parsePattern } from '../text/pattern.ts';
import { fault, type Modifier, type ModifierContext, textOf } from './modifier.ts';

/** Most values that one value may become. */
const MAX_EXPANSION = 4096;
const placeholder = /\\%|%([^%\s\\]+)%/g;

export const expand: Modifier = (given, context) => {
  const value = textOf(given, context);
  let alternatives: Pattern[] = [[]];
  for (const part of value.pattern) {
    const choices: Pattern[] = typeof part === 'string' ? expandLiteral(part, context) : [[part]];
    if (alternatives.length * choices.length > MAX_EXPANSION)
      throw fault(
        context,
        `would become more than ${MAX_EXPANSION} values`,
        'use fewer placeholders in one value',
      );
    alternatives = alternatives.flatMap((start) => choices.map((end) => normalise([...start, ...end])));
  }
  return alternatives.map((pattern): Test => ({ ...value, pattern, written: undefined }));
};

function expandLiteral(text: string, context: ModifierContext): Part[][] {
  let alternatives: Part[][] = [[]];
  let at = 0;
  for (const found of text.matchAll(placeholder)) {
    const before = text.slice(at, found.index);
    const name = found[1];
    const choices: Pattern[] = name === undefined ? [['%']] : valuesOf(name, context).map(parsePattern);
    alternatives = alternatives.flatMap((start) => choices.map((end) => [...start, before, ...end]));
    if (alternatives.length > MAX_EXPANSION)
      throw fault(context, `would become more than ${MAX_EXPANSION} values`);
    at = found.index + found[0].length;
  }
  return alternatives.map((start) => [...start, text.slice(at)]);
}

function valuesOf(name: string, context: ModifierContext): readonly string[] {
  const values = context.placeholders.get(name);
  if (values) return values;
  const hint = `give it values: placeholders: { ${name}: [...] } in a file beside the rules`;
  throw fault(context, `the placeholder %${name}% has no values`, hint, 'E_PLACEHOLDER');
}

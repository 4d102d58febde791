// A Sigma string: literal text with wildcards. `*` is any number of characters, `?` exactly one; a backslash
// escapes a wildcard or another backslash and stands for itself before anything else.

export const MANY: unique symbol = Symbol('*');
export const ONE: unique symbol = Symbol('?');
export type Part = string | typeof MANY | typeof ONE;
export type Pattern = readonly Part[];

export function parsePattern(text: string): Pattern {
  if (text === '') return [];
  if (!/[\\*?]/.test(text)) return [text];
  const parts: Part[] = [];
  let literal = '';
  let from = 0;
  for (const { 0: found, index } of text.matchAll(/\\[\\*?]|[*?]/g)) {
    literal += text.slice(from, index);
    from = index + found.length;
    if (found.length === 2) literal += found.charAt(1);
    else {
      parts.push(literal, found === '*' ? MANY : ONE);
      literal = '';
    }
  }
  parts.push(literal + text.slice(from));
  return normalise(parts);
}

/** Joins neighbouring literals and drops a `*` beside another. */
export function normalise(parts: readonly Part[]): Pattern {
  const result: Part[] = [];
  for (const part of parts) {
    const last = result[result.length - 1];
    if (part === '' || (part === MANY && last === MANY)) continue;
    if (typeof part === 'string' && typeof last === 'string') result[result.length - 1] = last + part;
    else result.push(part);
  }
  return result;
}

/** The text of a pattern without wildcards, undefined where it has one. */
export function plain(pattern: Pattern): string | undefined {
  if (pattern.length === 0) return '';
  const [only] = pattern;
  return pattern.length === 1 && typeof only === 'string' ? only : undefined;
}

export function mapLiterals(pattern: Pattern, change: (literal: string) => string): Pattern {
  return normalise(pattern.map((part) => (typeof part === 'string' ? change(part) : part)));
}

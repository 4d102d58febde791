// One test for "any of these patterns": equal texts by a set, contained ones by one search for all of them.
import { compileGlob, type TextTest } from './glob.ts';
import { MANY, type Pattern } from './pattern.ts';

/** Contained literals in one native expression: more make it slow to build. */
const MAX_ALTERNATIVES = 64;
/** Fewer are searched for one by one, and so are longer ones. */
const MIN_ALTERNATIVES = 3;
const MAX_LENGTH = 64;

/** The patterns and the texts must have been folded alike. */
export function compileSet(patterns: readonly Pattern[]): TextTest {
  const whole: string[] = [];
  const contained: string[] = [];
  const tests: TextTest[] = [];
  for (const pattern of patterns) {
    const [first, second, third] = pattern;
    if (pattern.length === 0) whole.push('');
    else if (pattern.length === 1 && typeof first === 'string') whole.push(first);
    else if (pattern.length === 3 && first === MANY && typeof second === 'string' && third === MANY)
      contained.push(second);
    else tests.push(compileGlob(pattern));
  }
  if (whole.length > 0) tests.unshift(oneOf(whole));
  tests.push(...containing(contained));
  const [only] = tests;
  if (only && tests.length === 1) return only;
  return (text) => {
    for (const test of tests) if (test(text)) return true;
    return false;
  };
}

function oneOf(texts: readonly string[]): TextTest {
  const [only] = texts;
  if (texts.length === 1) return (text) => text === only;
  const set = new Set(texts);
  return (text) => set.has(text);
}

function containing(all: readonly string[]): TextTest[] {
  const together = all.length >= MIN_ALTERNATIVES;
  const literals = together ? all.filter(({ length }) => length <= MAX_LENGTH) : [];
  const alone = together ? all.filter(({ length }) => length > MAX_LENGTH) : all;
  const tests = alone.map(
    (literal): TextTest =>
      (text) =>
        text.includes(literal),
  );
  for (let at = 0; at < literals.length; at += MAX_ALTERNATIVES) {
    // Alternatives of plain text only: nothing in it repeats, so it cannot backtrack beyond a literal's length.
    const part = literals.slice(at, at + MAX_ALTERNATIVES).map(escape);
    const search = new RegExp(part.join('|'));
    tests.push((text) => search.test(text));
  }
  return tests;
}

function escape(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

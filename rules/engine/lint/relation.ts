// Whether two tests on one value exclude each other, or one implies the other. "No" means: not certain.
import { contains, parseAddress, parseNetwork } from '../match/network.ts';
import { textTest } from '../match/test.ts';
import type { Test, TextValue } from '../rule/expression.ts';
import { fold } from '../text/fold.ts';
import { MANY, type Pattern } from '../text/pattern.ts';

type Text = Extract<Test, { kind: 'text' }>;

export function excludes(a: Test, b: Test): boolean {
  return excludesOneWay(a, b) || excludesOneWay(b, a);
}

function excludesOneWay(a: Test, b: Test): boolean {
  if (a.kind === 'null') return b.kind !== 'null' && b.kind !== 'exists' && b.kind !== 'reference';
  if (a.kind === 'exists') return !a.expected && b.kind !== 'null' && !(b.kind === 'exists' && !b.expected);
  const exact = exactOf(a);
  if (exact !== undefined) return !acceptsText(b, exact);
  if (a.kind === 'compare' && b.kind === 'compare' && a.part === b.part) return emptyRange(a, b);
  if (a.kind === 'text' && b.kind === 'text') return endsDiffer(a, b);
  return false;
}

/** Whether every value that satisfies `a` satisfies `b`. */
export function implies(a: Test, b: Test): boolean {
  if (b.kind === 'exists') return b.expected && a.kind !== 'null' && a.kind !== 'exists';
  if (a.kind === 'null' || b.kind === 'null') return a.kind === b.kind;
  const exact = exactOf(a);
  if (exact !== undefined) return b.kind === 'text' && b.cased ? false : certainlyAccepts(b, exact);
  if (a.kind !== 'text' || b.kind !== 'text' || b.cased || a.dashes) return false;
  return patternImplies(a.pattern, b.pattern);
}

function patternImplies(a: Pattern, b: Pattern): boolean {
  const [first, second, third] = b;
  if (b.length === 1 && first === MANY) return true;
  if (b.length === 2 && typeof first === 'string' && second === MANY)
    return prefixOf(a).startsWith(fold(first));
  if (b.length === 2 && first === MANY && typeof second === 'string')
    return suffixOf(a).endsWith(fold(second));
  if (b.length === 3 && first === MANY && typeof second === 'string' && third === MANY) {
    const wanted = fold(second);
    return a.some((part) => typeof part === 'string' && fold(part).includes(wanted));
  }
  return false;
}

/** The one text that a test accepts, folded. */
function exactOf(test: Test): string | undefined {
  if (test.kind === 'boolean') return String(test.value);
  if (test.kind === 'number') return test.source === String(test.value) ? test.source : undefined;
  if (test.kind !== 'text' || test.dashes) return undefined;
  const [only] = test.pattern;
  if (test.pattern.length === 0) return '';
  return test.pattern.length === 1 && typeof only === 'string' ? fold(only) : undefined;
}

/** Whether the test may accept the folded text; true where it is not known. */
function acceptsText(test: Test, text: string): boolean {
  if (test.kind === 'regex' || test.kind === 'reference' || test.kind === 'time') return true;
  if (test.kind === 'exists') return test.expected;
  if (test.kind === 'null') return false;
  return certainlyAccepts(test.kind === 'text' ? { ...test, cased: false } : test, text);
}

function certainlyAccepts(test: Test, text: string): boolean {
  if (test.kind === 'cidr') {
    const [network, address] = [parseNetwork(test.network), parseAddress(text)];
    return network !== undefined && address !== undefined && contains(network, address);
  }
  if (test.kind === 'regex') return false;
  return textTest(test)[1]?.(text) ?? false;
}

function emptyRange(a: Extract<Test, { kind: 'compare' }>, b: Extract<Test, { kind: 'compare' }>): boolean {
  const upper = a.operator.startsWith('lt') ? a : b.operator.startsWith('lt') ? b : undefined;
  const lower = a.operator.startsWith('gt') ? a : b.operator.startsWith('gt') ? b : undefined;
  if (!upper || !lower) return false;
  const closed = upper.operator === 'lte' && lower.operator === 'gte';
  return closed ? lower.value > upper.value : lower.value >= upper.value;
}

function endsDiffer(a: Text, b: Text): boolean {
  if (a.dashes || b.dashes) return false;
  const [prefix, other] = [prefixOf(a.pattern), prefixOf(b.pattern)];
  if (!prefix.startsWith(other) && !other.startsWith(prefix)) return true;
  const [suffix, another] = [suffixOf(a.pattern), suffixOf(b.pattern)];
  return !suffix.endsWith(another) && !another.endsWith(suffix);
}

function prefixOf([first]: TextValue['pattern']): string {
  return typeof first === 'string' ? fold(first) : '';
}

function suffixOf(pattern: Pattern): string {
  const last = pattern.at(-1);
  return typeof last === 'string' ? fold(last) : '';
}

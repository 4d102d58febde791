// Ordering of versions as Semantic Versioning 2.0.0 §11 has it, lenient where npm is: a leading `v`, absent parts.

interface Version {
  readonly numbers: readonly [string, string, string];
  /** Dot-separated identifiers of a pre-release; empty for a release. */
  readonly pre: readonly string[];
}

const grammar =
  /^[v=\s]*(\d{1,32})(?:\.(\d{1,32}))?(?:\.(\d{1,32}))?(?:-([0-9A-Za-z.-]{1,256}))?(?:\+\S{0,256})?$/;

/** Negative, 0 or positive as `a` is older, equal or newer; undefined where either is no version. */
export function compareVersions(a: string, b: string): number | undefined {
  const left = parse(a);
  const right = parse(b);
  if (!left || !right) return undefined;
  for (const [index, number] of left.numbers.entries()) {
    const difference = compareNumbers(number, right.numbers[index] ?? '0');
    if (difference !== 0) return difference;
  }
  return comparePreReleases(left.pre, right.pre);
}

function parse(text: string): Version | undefined {
  const match = grammar.exec(text);
  if (!match) return undefined;
  const [, major = '0', minor = '0', patch = '0', pre] = match;
  return { numbers: [major, minor, patch], pre: pre === undefined ? [] : pre.split('.') };
}

/** Decimal strings of any length: hostile versions exceed what a number holds. */
function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+(?=\d)/, '');
  const right = b.replace(/^0+(?=\d)/, '');
  if (left.length !== right.length) return left.length - right.length;
  return order(left, right);
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const difference = compareIdentifiers(left, right);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareIdentifiers(a: string, b: string): number {
  const numeric = /^\d+$/;
  const left = numeric.test(a);
  const right = numeric.test(b);
  if (left && right) return compareNumbers(a, b);
  if (left !== right) return left ? -1 : 1;
  return order(a, b);
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

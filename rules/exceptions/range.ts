// Ranges of versions as npm writes them: `1.2.3`, `>=1.2 <2`, `^1.2`, `~1.2.3`, `1.x`, with `||` between alternatives.
import { compareVersions } from '../intel/semver.ts';

interface Bound {
  readonly operator: '>=' | '>' | '<' | '<=' | '=';
  readonly version: string;
}

/** Alternatives, each a list of bounds that must all hold. */
export type Range = readonly (readonly Bound[])[];

const MAX_LENGTH = 256;

/** Undefined where the text is no range, or one that holds every version. */
export function parseRange(text: string): Range | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const alternatives = text.split('||').map(parseAlternative);
  if (alternatives.some((bounds) => bounds === undefined || bounds.every(isOpen))) return undefined;
  return alternatives.filter((bounds) => bounds !== undefined);
}

/** A range must end somewhere: what will be published is not known. */
function isOpen({ operator }: Bound): boolean {
  return operator === '>=' || operator === '>';
}

function parseAlternative(text: string): readonly Bound[] | undefined {
  const words = text
    .trim()
    .replace(/([<>=]=?|[\^~])\s+/g, '$1')
    .split(/\s+/);
  const bounds = words.map(parseWord);
  return bounds.some((found) => found === undefined) ? undefined : bounds.flatMap((found) => found ?? []);
}

function parseWord(word: string): readonly Bound[] | undefined {
  const match = /^(>=|>|<=|<|=|\^|~)?v?(\d+)(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(-[0-9A-Za-z.-]+)?$/.exec(
    word,
  );
  if (!match) return undefined;
  const [, operator = '', major = '0', minor, patch, pre = ''] = match;
  const parts = [major, minor, patch].map((part) =>
    part === undefined || /[xX*]/.test(part) ? undefined : Number(part),
  );
  const known = parts.findIndex((part) => part === undefined);
  const version = `${parts.map((part) => part ?? 0).join('.')}${pre}`;
  if (operator === '>=' || operator === '>' || operator === '<' || operator === '<=')
    return [{ operator, version }];
  // What a caret or a tilde leaves open, or the parts that are not written.
  const fixed =
    operator === '^'
      ? firstNonZero(parts)
      : operator === '~'
        ? Math.min(1, given(known) - 1)
        : given(known) - 1;
  if (operator !== '^' && operator !== '~' && known < 0) return [{ operator: '=', version }];
  return [
    { operator: '>=', version },
    { operator: '<', version: `${next(parts, fixed)}-0` },
  ];
}

function given(firstUnknown: number): number {
  return firstUnknown < 0 ? 3 : firstUnknown;
}

function firstNonZero(parts: readonly (number | undefined)[]): number {
  const found = parts.findIndex((part) => part !== 0);
  return found < 0 || parts[found] === undefined ? Math.max(0, found < 0 ? 2 : found - 1) : found;
}

/** The first version in which the part at `fixed` is another. */
function next(parts: readonly (number | undefined)[], fixed: number): string {
  return parts.map((part, at) => (at < fixed ? (part ?? 0) : at === fixed ? (part ?? 0) + 1 : 0)).join('.');
}

export function isInRange(version: string, range: Range): boolean {
  return range.some((bounds) =>
    bounds.every(({ operator, version: bound }) => {
      const order = compareVersions(version, bound);
      if (order === undefined) return false;
      return { '>=': order >= 0, '>': order > 0, '<': order < 0, '<=': order <= 0, '=': order === 0 }[
        operator
      ];
    }),
  );
}

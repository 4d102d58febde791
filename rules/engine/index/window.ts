// The part of a literal that is searched for; the rest is left to the rule itself.
import type { Literal } from './necessary.ts';

const WINDOW = 12;

/** How often each character occurs in a set of literals. */
export function countCharacters(literals: Iterable<string>): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const literal of literals)
    for (let i = 0; i < literal.length; i += 1) {
      const unit = literal.charCodeAt(i);
      counts.set(unit, (counts.get(unit) ?? 0) + 1);
    }
  return counts;
}

/** At its anchored end, else where its characters are rarest. */
export function narrowest(
  text: string,
  anchor: Literal['anchor'],
  counts: ReadonlyMap<number, number>,
): string {
  if (text.length <= WINDOW) return text;
  return whole(text.slice(...rangeOf(text, anchor, counts)));
}

function rangeOf(
  text: string,
  anchor: Literal['anchor'],
  counts: ReadonlyMap<number, number>,
): [start: number, end: number] {
  if (anchor === 'end') return [text.length - WINDOW, text.length];
  if (anchor === 'start') return [0, WINDOW];
  const weight = (at: number): number => counts.get(text.charCodeAt(at)) ?? 0;
  let sum = 0;
  for (let i = 0; i < WINDOW; i += 1) sum += weight(i);
  let best = 0;
  let least = sum;
  for (let start = 1; start + WINDOW <= text.length; start += 1) {
    sum += weight(start + WINDOW - 1) - weight(start - 1);
    if (sum < least) [best, least] = [start, sum];
  }
  return [best, best + WINDOW];
}

/** Without the half of a surrogate pair that a cut may have left at either end. */
function whole(part: string): string {
  const start = /^[\udc00-\udfff]/.test(part) ? 1 : 0;
  const end = /[\ud800-\udbff]$/.test(part) ? part.length - 1 : part.length;
  return part.slice(start, end);
}

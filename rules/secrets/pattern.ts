// The path patterns of the catalogue: `*` within one segment, `**` any number of segments, `{a,b}` alternatives.

/** `a/{b,c}/d` → `a/b/d`, `a/c/d`. Alternatives may be empty and may hold slashes; they nest. */
export function expandBraces(pattern: string): readonly string[] {
  const open = pattern.indexOf('{');
  if (open === -1) return [pattern];
  const [alternatives, end] = splitAlternatives(pattern, open);
  const tails = expandBraces(pattern.slice(end + 1));
  return alternatives.flatMap((alternative) =>
    expandBraces(alternative).flatMap((middle) =>
      tails.map((tail) => pattern.slice(0, open) + middle + tail),
    ),
  );
}

function splitAlternatives(pattern: string, open: number): [readonly string[], number] {
  const alternatives: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '{') depth++;
    if (character === '}') depth--;
    if ((character === ',' && depth === 1) || depth === 0) {
      alternatives.push(pattern.slice(start, at));
      start = at + 1;
    }
    if (depth === 0) return [alternatives, at];
  }
  throw new Error(`unbalanced braces in the pattern ${pattern}`);
}

/** Tests one path segment against a pattern with `*`; needs no regular expression and never backtracks far. */
export function segmentTest(glob: string): (segment: string) => boolean {
  const parts = glob.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  const middle = parts.slice(1, -1).filter((part) => part !== '');
  const shortest = first.length + last.length;
  return (segment) => {
    if (segment.length < shortest || !segment.startsWith(first) || !segment.endsWith(last)) return false;
    let from = first.length;
    for (const part of middle) {
      const at = segment.indexOf(part, from);
      if (at === -1) return false;
      from = at + part.length;
    }
    return from <= segment.length - last.length;
  };
}

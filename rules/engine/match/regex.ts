// Regular expressions in linear time. RE2 has no backreferences and no backtracking, so none of them can hang.
import { RE2JS } from 're2js';

/** Longest expression that is compiled, in characters. */
const MAX_SOURCE = 16_384;
/** Largest program: it bounds what each character of a text can cost. */
const MAX_PROGRAM = 10_000;
const cache = new Map<string, RE2JS>();
const MAX_CACHED = 4096;

/** The expression, or what is wrong with it in a few words. Inline flags such as `(?i)` are understood. */
export function compileRegex(source: string, flags: string): RE2JS | string {
  if (source.length > MAX_SOURCE) return `longer than ${MAX_SOURCE} characters`;
  const key = `${flags}/${source}`;
  const known = cache.get(key);
  if (known) return known;
  try {
    const compiled = RE2JS.compile(source, bits(flags));
    if (compiled.programSize() > MAX_PROGRAM) return `larger than ${MAX_PROGRAM} instructions`;
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(key, compiled);
    return compiled;
  } catch (error) {
    return String(error instanceof Error ? error.message : error).slice(0, 200);
  }
}

function bits(flags: string): number {
  let value = 0;
  if (flags.includes('i')) value |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) value |= RE2JS.MULTILINE;
  if (flags.includes('s')) value |= RE2JS.DOTALL;
  return value;
}

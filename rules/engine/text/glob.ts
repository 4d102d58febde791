// Compiles a pattern to a test. Leftmost search, segment by segment: never exponential, at worst text × pattern.
import { MANY, ONE, type Part, type Pattern } from './pattern.ts';

export type TextTest = (text: string) => boolean;

/** A test for the whole text. The pattern and the text must have been folded alike. */
export function compileGlob(pattern: Pattern): TextTest {
  if (pattern.length === 0) return (text) => text === '';
  const [first, second, third] = pattern;
  if (pattern.length === 1) {
    if (typeof first === 'string') return (text) => text === first;
    if (first === MANY) return () => true;
  }
  if (pattern.length === 2) {
    if (typeof first === 'string' && second === MANY) return (text) => text.startsWith(first);
    if (first === MANY && typeof second === 'string') return (text) => text.endsWith(second);
  }
  if (pattern.length === 3 && first === MANY && typeof second === 'string' && third === MANY)
    return (text) => text.includes(second);
  return compileSegments(pattern);
}

type Segment = readonly Exclude<Part, typeof MANY>[];

function compileSegments(pattern: Pattern): TextTest {
  const segments: Segment[] = [];
  let open: Exclude<Part, typeof MANY>[] = [];
  for (const part of pattern) {
    if (part === MANY) {
      segments.push(open);
      open = [];
    } else open.push(part);
  }
  const [head, ...middle] = segments;
  const tail = open;
  if (!head) return (text) => matchAt(tail, text, 0) === text.length;
  return (text) => {
    let at = matchAt(head, text, 0);
    for (const segment of middle) {
      if (at < 0) return false;
      at = find(segment, text, at);
    }
    return at >= 0 && endsAt(tail, text, at);
  };
}

/** End of the segment when it matches at `start`, otherwise -1. */
function matchAt(segment: Segment, text: string, start: number): number {
  let at = start;
  for (const part of segment) {
    if (part === ONE) {
      if (at >= text.length) return -1;
      at += isPair(text, at) ? 2 : 1;
    } else if (text.startsWith(part, at)) at += part.length;
    else return -1;
  }
  return at;
}

/** End of the leftmost occurrence from `start` on, otherwise -1. */
function find(segment: Segment, text: string, start: number): number {
  const [first] = segment;
  if (first === undefined) return start;
  if (typeof first === 'string') {
    for (let at = text.indexOf(first, start); at >= 0; at = text.indexOf(first, at + 1)) {
      const end = matchAt(segment, text, at);
      if (end >= 0) return end;
    }
    return -1;
  }
  for (let at = start; at < text.length; at += isPair(text, at) ? 2 : 1) {
    const end = matchAt(segment, text, at);
    if (end >= 0) return end;
  }
  return -1;
}

/** Whether the segment ends exactly at the end of the text, starting nowhere before `from`. */
function endsAt(segment: Segment, text: string, from: number): boolean {
  let at = text.length;
  for (let i = segment.length - 1; i >= 0; i -= 1) {
    const part = segment[i];
    if (part === ONE) at -= at >= 2 && isPair(text, at - 2) ? 2 : 1;
    else if (part !== undefined) {
      if (!text.endsWith(part, at)) return false;
      at -= part.length;
    }
    if (at < from) return false;
  }
  return true;
}

function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  if (high < 0xd800 || high > 0xdbff) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low <= 0xdfff;
}

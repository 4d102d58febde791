// JSON and JSONC (bun.lock: comments, trailing commas) within bounds. JSON.parse alone would let a file of 64 MiB
// of `[` take gigabytes: depth and number of values are counted in one pass before it sees the text.
import { LockfileError, MAX_LOCKFILE } from './lockfile.ts';

const MAX_DEPTH = 64;
/** Ten times what the largest real lockfiles (10,000 packages) have; some 250 MB once parsed. */
const MAX_VALUES = 1_200_000;

/** The value of `text`. Throws a LockfileError and nothing else. */
export function readJson(text: string): unknown {
  const clean = strip(text);
  try {
    return JSON.parse(clean);
  } catch (cause) {
    throw new LockfileError('E_LOCKFILE_SYNTAX', 'the file is not JSON', { cause });
  }
}

/** Checks the bounds; gives the text without comments and trailing commas. */
function strip(text: string): string {
  if (text.length > MAX_LOCKFILE)
    throw new LockfileError('E_LOCKFILE_TOO_LARGE', 'the file is larger than 64 MiB');
  const kept: string[] = [];
  let from = 0;
  let depth = 0;
  let values = 0;
  let comma = -1;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  from = at;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code <= 0x20) {
      at += 1;
      continue;
    }
    if (code === 0x2f) {
      kept.push(text.slice(from, at));
      at = from = endOfComment(text, at);
      continue;
    }
    const closes = code === 0x7d || code === 0x5d;
    if (closes) {
      depth -= 1;
      if (comma >= 0) {
        // A comment may lie between the comma and the bracket; then the comma is at the end of a piece already kept.
        if (comma >= from) {
          kept.push(text.slice(from, comma));
          from = comma + 1;
        } else dropComma(kept);
      }
    }
    comma = -1;
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x2c) comma = at;
    else if (code === 0x7b || code === 0x5b) depth += 1;
    if (code === 0x2c || code === 0x7b || code === 0x5b) values += 1;
    if (depth > MAX_DEPTH) throw new LockfileError('E_LOCKFILE_TOO_DEEP', `nested deeper than ${MAX_DEPTH}`);
    if (values > MAX_VALUES)
      throw new LockfileError('E_LOCKFILE_TOO_COMPLEX', `more than ${MAX_VALUES} values`);
    at += 1;
  }
  if (from === 0) return text;
  kept.push(text.slice(from));
  return kept.join('');
}

/** Index of the closing quote of the string that opens at `at`. */
function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  if (end < 0) throw new LockfileError('E_LOCKFILE_SYNTAX', 'a string does not end');
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
  return slashes % 2 === 1;
}

function endOfComment(text: string, at: number): number {
  const kind = text.charCodeAt(at + 1);
  const end = kind === 0x2f ? text.indexOf('\n', at) : kind === 0x2a ? text.indexOf('*/', at + 2) : -2;
  if (end === -2) throw new LockfileError('E_LOCKFILE_SYNTAX', 'a `/` outside a string');
  if (end === -1) return text.length;
  return kind === 0x2f ? end : end + 2;
}

function dropComma(kept: string[]): void {
  for (let index = kept.length - 1; index >= 0; index -= 1) {
    const comma = (kept[index] ?? '').lastIndexOf(',');
    if (comma < 0) continue;
    kept[index] = `${kept[index]?.slice(0, comma)}${kept[index]?.slice(comma + 1)}`;
    return;
  }
}

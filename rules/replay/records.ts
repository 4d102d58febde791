// JSON records of a stream, each with the line on which it begins: one a line, or pretty-printed with the closing
// brace at the start of a line, as event-log dumpers write them.
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Record {
  /** Counted from 1. */
  readonly line: number;
  /** The parsed value, or why the line cannot be read. */
  readonly value?: unknown;
  readonly broken?: string;
}

/** Longest record that is read, in characters. */
const MAX_RECORD = 4 * 1024 * 1024;

export async function* readRecords(input: Readable): AsyncGenerator<Record> {
  let line = 0;
  let open: { line: number; text: string[]; size: number } | undefined;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (open) {
      open.size += text.length;
      if (open.size <= MAX_RECORD) open.text.push(text);
      if (!/^[}\]]/.test(text)) continue;
      yield parse(open.line, open.text.join('\n'), open.size);
      open = undefined;
    } else if (/^[{[]\s*$/.test(text)) open = { line, text: [text], size: text.length };
    else if (text.trim() !== '') yield parse(line, text, text.length);
  }
  if (open) yield { line: open.line, broken: 'the JSON value is never closed' };
}

function parse(line: number, text: string, size: number): Record {
  if (size > MAX_RECORD) return { line, broken: `${size} characters, at most ${MAX_RECORD} are read` };
  try {
    return { line, value: JSON.parse(text) };
  } catch {
    // The parser's own message quotes the line, which may hold anything.
    return { line, broken: 'not JSON' };
  }
}

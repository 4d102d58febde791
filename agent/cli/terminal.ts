// What a person sees. Colours only on a terminal (and never with NO_COLOR); text from outside is made harmless first:
// a package name or a command line may carry escape sequences.
import { styleText } from 'node:util';

type Stream = NodeJS.WriteStream;
export type Colour = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan' | 'magenta';

/** The text in a colour, or as it is where `stream` is no terminal. */
export function colour(format: Colour, text: string, stream: Stream = process.stdout): string {
  return styleText(format, text, { stream });
}

// C0 and C1 controls, and the characters that reorder or hide what stands beside them.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** `text` on one line, with control and reordering characters as visible `\u{…}`. */
export function printable(text: string): string {
  return text.replace(unsafe, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A cell: what it says and, where it has one, its colour. */
export type Cell = string | readonly [text: string, colour: Colour];

/**
 * Rows under bold headings, columns aligned by two spaces, no trailing space, ends with a newline. Cells are made printable.
 * On a terminal the last column is cut at the right edge; in a pipe nothing is cut.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  stream: Stream = process.stdout,
): string {
  const lines: (readonly Cell[])[] = [headings.map((heading) => [heading, 'bold'] as const), ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => Array.from(textOf(line[column])).length)),
  );
  const room = stream.isTTY
    ? stream.columns - widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0)
    : Infinity;
  return lines.map((line) => `${row(line, widths, Math.max(room, 10), stream)}\n`).join('');
}

function row(cells: readonly Cell[], widths: readonly number[], room: number, stream: Stream): string {
  const parts = widths.map((width, column) => {
    const last = column === widths.length - 1;
    const text = last ? cut(textOf(cells[column]), room) : textOf(cells[column]);
    const cell = cells[column];
    const coloured = typeof cell === 'object' ? colour(cell[1], text, stream) : text;
    return last ? coloured : coloured + ' '.repeat(width - Array.from(text).length);
  });
  return parts.join('  ').trimEnd();
}

function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  return printable(typeof cell === 'string' ? cell : cell[0]);
}

function cut(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}

export interface Progress {
  /** Replaces the line that is shown now. Without a terminal nothing is written. */
  say(text: string): void;
  /** Removes the line, before a result is printed. */
  clear(): void;
}

/** One line on stderr that says what is going on. */
export function progress(stream: Stream = process.stderr): Progress {
  if (!stream.isTTY) return { say: () => {}, clear: () => {} };
  return {
    say: (text) => stream.write(`\r\u001b[K${cut(printable(text), stream.columns - 1)}`),
    clear: () => stream.write('\r\u001b[K'),
  };
}

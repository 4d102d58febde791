// Text from an attacker, made safe to read. lit-html already makes it inert as markup; here characters that cannot be seen, or
// that turn the others around, become visible labels, and its length is bounded.
import { html, type TemplateResult } from 'lit-html';

/** Controls, formats (bidi, zero-width, tags), private, lone surrogates, unassigned, odd spaces, and what renders as nothing. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

const labels: ReadonlyMap<number, string> = new Map([
  [0x09, '⇥'],
  [0x0a, '⏎'],
  [0x7f, 'DEL'],
  [0xa0, 'NBSP'],
  [0xad, 'SHY'],
  [0x061c, 'ALM'],
  [0x200b, 'ZWSP'],
  [0x200c, 'ZWNJ'],
  [0x200d, 'ZWJ'],
  [0x200e, 'LRM'],
  [0x200f, 'RLM'],
  [0x2028, 'LS'],
  [0x2029, 'PS'],
  [0x202a, 'LRE'],
  [0x202b, 'RLE'],
  [0x202c, 'PDF'],
  [0x202d, 'LRO'],
  [0x202e, 'RLO'],
  [0x2060, 'WJ'],
  [0x2066, 'LRI'],
  [0x2067, 'RLI'],
  [0x2068, 'FSI'],
  [0x2069, 'PDI'],
  [0xfeff, 'BOM'],
]);

const LIMIT = 2000;
/** Labels in one value; a text of nothing else is not worth ten thousand elements. */
const MOST_LABELS = 200;

/** Names of the first 32 characters, as ASCII has them. */
const controls = (
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI ' +
  'DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'
).split(' ');

function labelOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return labels.get(code) ?? controls[code] ?? codeOf(code);
}

function codeOf(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

type Part = string | TemplateResult;

/** For the page: plain stretches and labels. A line break stays one, behind its label. */
export function visible(text: string): readonly Part[] {
  const shown = text.slice(0, LIMIT);
  const parts: Part[] = [];
  let from = 0;
  let count = 0;
  for (const match of shown.matchAll(new RegExp(`(${unseen.source})\\1*`, 'gu'))) {
    if (++count > MOST_LABELS) break;
    parts.push(shown.slice(from, match.index), label(match[1] ?? '', match[0]));
    from = match.index + match[0].length;
  }
  parts.push(plain(shown.slice(from)));
  const cut = text.length - shown.length;
  if (cut > 0) parts.push(html`<span class="cut">… ${cut} more characters (in the JSON below)</span>`);
  return parts;
}

function label(character: string, run: string): Part {
  const times = run.length / character.length;
  const name = codeOf(character.codePointAt(0) ?? 0);
  const text = times > 1 ? `${labelOf(character)}×${times}` : labelOf(character);
  const mark = html`<span class="unseen" title=${`invisible character ${name}`}>${text}</span>`;
  return character === '\n' ? html`${mark}${'\n'.repeat(Math.min(times, 3))}` : mark;
}

/** The same for attributes and the window's title. */
export function plain(text: string): string {
  return text.slice(0, LIMIT).replace(unseen, labelOf);
}

/** JSON that says the same and hides nothing: what cannot be seen is written as an escape. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(unseen, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, unit) => escape(character.charCodeAt(unit))).join(''),
  );
}

function escape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

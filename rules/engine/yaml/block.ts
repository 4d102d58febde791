// The YAML that rules are written in, read line by line: block maps and lists, quoted and plain values on one line,
// literal blocks. Ten times as fast as the whole language. Anything else (flow collections, anchors, values over
// several lines, tabs, an error) makes it give up, and the whole language is asked.
import type { Entry, Node } from './node.ts';
import { readPlain, readQuoted } from './scalar.ts';

class Unusual extends Error {}

interface Line {
  /** Offset of the first character that is no space. */
  readonly start: number;
  /** Offset behind the last character of the line. */
  readonly end: number;
  readonly indent: number;
}

/** The documents of the text, or undefined where it holds something that is not read here. */
export function readBlocks(text: string): (Node | undefined)[] | undefined {
  if (/[\r\t\ufeff\u0085\u2028\u2029]/.test(text)) return undefined;
  try {
    return splitDocuments(text).map(([start, end]) => new BlockReader(text, start, end).document());
  } catch (error) {
    if (error instanceof Unusual) return undefined;
    throw error;
  }
}

function splitDocuments(text: string): [start: number, end: number][] {
  if (
    !/^(---|\.\.\.|%)/.test(text) &&
    !text.includes('\n---') &&
    !text.includes('\n...') &&
    !text.includes('\n%')
  )
    return [[0, text.length]];
  const documents: [number, number][] = [];
  let start = 0;
  for (const { 0: mark, index } of text.matchAll(/^(---|\.\.\.|%)(.*)$/gm)) {
    if (mark.trimEnd() !== '---') throw new Unusual();
    if (start > 0 || hasContent(text.slice(0, index))) documents.push([start, index]);
    start = index + mark.length;
  }
  documents.push([start, text.length]);
  return documents;
}

function hasContent(text: string): boolean {
  return text.split('\n').some((line) => !/^\s*(#.*)?$/.test(line));
}

const MAX_DEPTH = 32;

class BlockReader {
  readonly #text: string;
  readonly #lines: Line[] = [];
  #at = 0;

  constructor(text: string, start: number, end: number) {
    this.#text = text;
    for (let from = start; from < end; ) {
      const found = text.indexOf('\n', from);
      const to = found < 0 || found > end ? end : found;
      let first = from;
      while (first < to && text.charCodeAt(first) === 0x20) first += 1;
      this.#lines.push({ start: first, end: to, indent: first - from });
      from = to + 1;
    }
  }

  document(): Node | undefined {
    const line = this.#peek();
    if (!line) return undefined;
    if (line.indent !== 0) throw new Unusual();
    const root = this.#collection(0, 0);
    if (this.#peek()) throw new Unusual();
    return root;
  }

  /** The next line that says something. */
  #peek(): Line | undefined {
    for (; this.#at < this.#lines.length; this.#at += 1) {
      const line = this.#lines[this.#at];
      if (line && line.start < line.end && this.#text.charAt(line.start) !== '#') return line;
    }
    return undefined;
  }

  /** A map or a list whose lines begin at `indent`. */
  #collection(indent: number, depth: number): Node {
    const line = this.#peek();
    if (!line || line.indent !== indent || depth > MAX_DEPTH) throw new Unusual();
    return this.#isItem(line) ? this.#list(indent, depth) : this.#map(indent, depth, line.start);
  }

  #isItem(line: Line): boolean {
    const next = this.#text.charAt(line.start + 1);
    return this.#text.charAt(line.start) === '-' && (next === ' ' || line.start + 1 === line.end);
  }

  #list(indent: number, depth: number): Node {
    const items: Node[] = [];
    const offset = this.#peek()?.start ?? 0;
    for (let line = this.#peek(); line && line.indent === indent && this.#isItem(line); line = this.#peek()) {
      let start = line.start + 1;
      while (this.#text.charAt(start) === ' ' && start < line.end) start += 1;
      if (start === line.end || this.#text.charAt(start) === '#') throw new Unusual();
      if (this.#keyEnd(start, line.end) >= 0) {
        // A map that begins on the line of its dash: its other keys stand below the first.
        items.push(this.#map(indent + start - line.start, depth + 1, start));
      } else {
        this.#at += 1;
        items.push(this.#value(start, line.end, indent));
      }
    }
    const after = this.#peek();
    if (after && after.indent > indent) throw new Unusual();
    return { kind: 'sequence', offset, items };
  }

  /** `first` is the offset of the first key, which may stand behind a dash. */
  #map(indent: number, depth: number, first: number): Node {
    const entries: Entry[] = [];
    const keys = new Set<string>();
    for (let line = this.#peek(); line; line = this.#peek()) {
      const start = entries.length === 0 ? first : line.start;
      if (entries.length > 0 && (line.indent !== indent || this.#isItem(line))) break;
      const colon = this.#keyEnd(start, line.end);
      if (colon < 0) throw new Unusual();
      const key = this.#key(start, colon);
      if (keys.has(key)) throw new Unusual();
      keys.add(key);
      this.#at += 1;
      entries.push({ key, offset: start, value: this.#behind(colon + 1, line.end, indent, depth) });
    }
    const after = this.#peek();
    if (after && after.indent > indent) throw new Unusual();
    return { kind: 'mapping', offset: first, entries };
  }

  /** What stands behind a colon, or below it. */
  #behind(from: number, end: number, indent: number, depth: number): Node {
    let start = from;
    while (start < end && this.#text.charAt(start) === ' ') start += 1;
    if (start < end && this.#text.charAt(start) !== '#') {
      if (this.#keyEnd(start, end) >= 0) throw new Unusual();
      return this.#value(start, end, indent);
    }
    const below = this.#peek();
    if (below && below.indent > indent) return this.#collection(below.indent, depth + 1);
    if (below && below.indent === indent && this.#isItem(below)) return this.#list(indent, depth + 1);
    return { kind: 'scalar', offset: from, value: null, source: '' };
  }

  /** A value on one line; the lines below it may not go on with it. */
  #value(start: number, end: number, indent: number): Node {
    const first = this.#text.charAt(start);
    if (first === '|') return this.#literal(start, end, indent);
    const node =
      first === "'" || first === '"' ? readQuoted(this.#text, start, end) : readPlain(this.#text, start, end);
    const next = this.#peek();
    if (!node || (next && next.indent > indent)) throw new Unusual();
    return node;
  }

  #literal(start: number, end: number, indent: number): Node {
    const header = /^\|([-+]?) *(?: #.*)?$/.exec(this.#text.slice(start, end));
    if (!header) throw new Unusual();
    const first = this.#lines.slice(this.#at).findIndex((line) => line.start < line.end);
    const content = this.#lines[this.#at + first]?.indent ?? 0;
    if (first < 0 || content <= indent) throw new Unusual();
    const lines: string[] = [];
    for (; this.#at < this.#lines.length; this.#at += 1) {
      const line = this.#lines[this.#at];
      if (!line) break;
      const blank = line.start === line.end;
      if (!blank && line.indent < content) break;
      if (blank && line.indent > content && lines.every((text) => text === '')) throw new Unusual();
      lines.push(
        this.#text.slice(
          Math.min(line.end, line.end - line.indent - (line.end - line.start) + content),
          line.end,
        ),
      );
    }
    const kept = lines.length - lines.toReversed().findIndex((text) => text !== '');
    const body = lines.slice(0, kept).join('\n');
    const ends = this.#text.charAt(this.#lines[this.#at - 1]?.end ?? 0) === '\n';
    if (!ends && this.#at === this.#lines.length) throw new Unusual();
    const tail = { '': '\n', '-': '', '+': '\n'.repeat(lines.length - kept + 1) }[header[1] ?? ''] ?? '';
    return { kind: 'scalar', offset: start, value: body + tail, source: body + tail };
  }

  #key(start: number, colon: number): string {
    const first = this.#text.charAt(start);
    const quoted = first === "'" || first === '"';
    const node = quoted ? readQuoted(this.#text, start, colon) : readPlain(this.#text, start, colon);
    if (!node) throw new Unusual();
    return node.source;
  }

  /** Offset of the colon that ends a key which begins at `start`; -1 where the line is no key. */
  #keyEnd(start: number, end: number): number {
    const first = this.#text.charAt(start);
    if (first === "'" || first === '"') {
      for (let i = start + 1; i < end; i += 1) {
        const character = this.#text.charAt(i);
        if (character === '\\' && first === '"') i += 1;
        else if (character === first) {
          if (this.#text.charAt(i + 1) === first && first === "'") i += 1;
          else return this.#text.charAt(i + 1) === ':' && this.#ends(i + 2, end) ? i + 1 : -1;
        }
      }
      return -1;
    }
    const line = this.#text.slice(start, end);
    for (let colon = line.indexOf(':'); colon >= 0; colon = line.indexOf(':', colon + 1)) {
      if (colon + 1 < line.length && line.charAt(colon + 1) !== ' ') continue;
      const comment = line.indexOf(' #');
      return comment >= 0 && comment < colon ? -1 : start + colon;
    }
    return -1;
  }

  #ends(at: number, end: number): boolean {
    return at >= end || this.#text.charAt(at) === ' ';
  }
}

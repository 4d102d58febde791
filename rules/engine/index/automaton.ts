// Aho–Corasick over UTF-8 bytes: finds all literals of a set in one pass over a text, whatever their number.
//
// States are numbered breadth first, so that a search stays among the shallow ones, which lie together in the cache.
// States that branch have a row with a state for every byte; the many that have one way on, or none, have only that
// and the state to fall back to: a hundredth of the memory.
import { buildTrie, type TrieNode } from './trie.ts';

/** Classes of bytes; 0 is that of bytes which no literal has. */
const MAX_CLASSES = 256;

export class Automaton {
  readonly #classes = new Uint8Array(256);
  readonly #width: number;
  /**
   * Two numbers a state: the start of its row and 0, or minus the class of its one way on and the state it leads to.
   * A state that a row or a way leads to is written times two, plus one where it tells of a literal.
   */
  readonly #ways: Int32Array;
  readonly #rows: Uint32Array;
  readonly #fail: Uint32Array;
  /** Telling state → its literal. */
  readonly #literal: Uint32Array;
  /** The nearest state on the failure path, the state itself included, that tells of a literal; 0 for none. */
  readonly #first: Uint32Array;
  /** Telling state → the next telling state on its failure path. */
  readonly #more: Uint32Array;
  /** Telling state → the scan that last told of it. */
  readonly #seen: Uint32Array;
  #stamp = 0;
  #buffer = new Uint8Array(4096);
  readonly #encoder = new TextEncoder();

  /** Literals must differ in their `searchKey`. */
  constructor(literals: readonly string[]) {
    const words = literals.map((text) => this.#encoder.encode(text).map(blur));
    this.#width = this.#classify(words);
    const { nodes, branching } = buildTrie(words, this.#classes);
    this.#ways = new Int32Array(nodes.length * 2);
    this.#rows = new Uint32Array(branching * this.#width);
    this.#fail = new Uint32Array(nodes.length);
    this.#literal = new Uint32Array(nodes.length);
    this.#first = new Uint32Array(nodes.length);
    this.#more = new Uint32Array(nodes.length);
    this.#seen = new Uint32Array(nodes.length);
    this.#link(nodes);
  }

  get bytes(): number {
    const tables = [this.#rows, this.#fail, this.#literal, this.#seen, this.#first, this.#more];
    return tables.reduce((sum, { byteLength }) => sum + byteLength, this.#ways.byteLength);
  }

  /** Tells of each literal that the text contains, of some of them more than once. */
  scan(text: string, found: (literal: number) => void): void {
    if (this.#buffer.length < text.length * 3) this.#buffer = new Uint8Array(text.length * 3);
    const length = this.#encoder.encodeInto(text, this.#buffer).written;
    const ways = this.#ways;
    const rows = this.#rows;
    const fail = this.#fail;
    const classes = this.#classes;
    const buffer = this.#buffer;
    const seen = this.#seen;
    this.#stamp += 1;
    if (this.#stamp > 0xffff_ffff) {
      this.#stamp = 1;
      seen.fill(0);
    }
    let state = 0;
    for (let i = 0; i < length; i += 1) {
      const byteClass = classes[buffer[i] as number] as number;
      let way = ways[2 * state] as number;
      // A state without a row is deeper than the one it falls back to, and the root has a row: this ends.
      while (way < 0 && way !== -byteClass) {
        state = fail[state] as number;
        way = ways[2 * state] as number;
      }
      const target = (way < 0 ? ways[2 * state + 1] : rows[way + byteClass]) as number;
      state = target >>> 1;
      if ((target & 1) === 0) continue;
      const telling = this.#first[state] ?? 0;
      if (seen[telling] === this.#stamp) continue;
      seen[telling] = this.#stamp;
      for (let end = telling; end !== 0; end = this.#more[end] ?? 0) found(this.#literal[end] ?? 0);
    }
  }

  /** Gives every byte of a literal its class; how many there are. */
  #classify(words: readonly Uint8Array[]): number {
    let count = 1;
    for (const word of words)
      for (const byte of word)
        if (this.#classes[byte] === 0 && count < MAX_CLASSES) this.#classes[byte] = count++;
    for (let byte = 0x80; byte < 0xc0; byte += 1) this.#classes[byte] = this.#classes[blur(byte)] ?? 0;
    return count;
  }

  /** Numbers the trie breadth first and turns it into an automaton. */
  #link(nodes: readonly TrieNode[]): void {
    const queue = nodes.slice(0, 1);
    let filled = 0;
    for (let state = 0; state < queue.length; state += 1) {
      const node = queue[state];
      if (!node) break;
      const failure = this.#fail[state] ?? 0;
      const below = state === 0 ? 0 : (this.#first[failure] ?? 0);
      this.#literal[state] = Math.max(0, node.literal);
      this.#more[state] = below;
      this.#first[state] = node.literal < 0 ? below : state;
      const children = [...node.children].map(([byteClass, child]) => {
        const number = queue.push(child) - 1;
        const fallback = state === 0 ? 0 : this.#step(failure, byteClass);
        this.#fail[number] = fallback >>> 1;
        const tells = child.literal >= 0 || (fallback & 1) === 1;
        return [byteClass, 2 * number + (tells ? 1 : 0)] as const;
      });
      const [only] = children;
      if (state > 0 && children.length <= 1) {
        // Class 0 leads nowhere on: a leaf takes it for its way, so that every byte falls back.
        this.#ways[2 * state] = only ? -only[0] : -MAX_CLASSES;
        this.#ways[2 * state + 1] = only?.[1] ?? 0;
        continue;
      }
      const row = filled;
      filled += this.#width;
      this.#ways[2 * state] = row;
      if (state > 0)
        for (let byteClass = 0; byteClass < this.#width; byteClass += 1)
          this.#rows[row + byteClass] = this.#step(failure, byteClass);
      for (const [byteClass, target] of children) this.#rows[row + byteClass] = target;
    }
  }

  /** Where a byte leads, times two, plus one where that tells of a literal. */
  #step(from: number, byteClass: number): number {
    let state = from;
    for (;;) {
      const way = this.#ways[2 * state] ?? 0;
      if (way >= 0) return this.#rows[way + byteClass] ?? 0;
      if (way === -byteClass) return this.#ways[2 * state + 1] ?? 0;
      state = this.#fail[state] ?? 0;
    }
  }
}

/** Continuation bytes are not all told apart: rows stay short, and beyond ASCII a little is found too much. */
function blur(byte: number): number {
  return byte >= 0x80 && byte < 0xc0 ? byte & 0x87 : byte;
}

/** Equal for literals that the automaton cannot tell apart. */
export function searchKey(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  return String.fromCharCode(...new TextEncoder().encode(text).map(blur));
}

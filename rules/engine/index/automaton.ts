// Aho–Corasick over UTF-8 bytes: finds all literals of a set in one pass over a text, whatever their number.
//
// States are numbered breadth first, so that a search stays among the shallow ones, which lie together in the cache.
// States that branch have a row with a state for every byte; the many that have one way on, or none, have only that
// and the state to fall back to: a hundredth of the memory.
import { buildTrie, type Trie } from './trie.ts';

/** Classes of bytes; 0 is that of bytes which no literal has. No byte has this one: a state with no way on has it for its way. */
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
    const trie = buildTrie(words, this.#classes);
    this.#ways = new Int32Array(trie.nodes * 2);
    this.#rows = new Uint32Array(countBranching(trie) * this.#width);
    this.#fail = new Uint32Array(trie.nodes);
    this.#literal = new Uint32Array(trie.nodes);
    this.#first = new Uint32Array(trie.nodes);
    this.#more = new Uint32Array(trie.nodes);
    this.#seen = new Uint32Array(trie.nodes);
    this.#link(trie);
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
  #link(trie: Trie): void {
    const queue = new Uint32Array(trie.nodes);
    let queued = 1;
    let filled = 0;
    for (let state = 0; state < queued; state += 1) {
      const node = queue[state] ?? 0;
      const failure = this.#fail[state] ?? 0;
      const below = state === 0 ? 0 : (this.#first[failure] ?? 0);
      const word = trie.word[node] ?? 0;
      this.#literal[state] = Math.max(0, word - 1);
      this.#more[state] = below;
      this.#first[state] = word === 0 ? below : state;
      const row = state === 0 || isBranching(trie, node) ? filled : -1;
      if (row >= 0) {
        filled += this.#width;
        this.#ways[2 * state] = row;
        if (state > 0) this.#copyRow(row, failure);
      } else this.#ways[2 * state] = -MAX_CLASSES;
      for (let child = trie.child[node] ?? 0; child !== 0; child = trie.sibling[child] ?? 0) {
        const byteClass = trie.byteClass[child] ?? 0;
        const fallback = state === 0 ? 0 : this.#step(failure, byteClass);
        const number = queued++;
        queue[number] = child;
        this.#fail[number] = fallback >>> 1;
        const target = 2 * number + (trie.word[child] !== 0 ? 1 : fallback & 1);
        if (row >= 0) this.#rows[row + byteClass] = target;
        else {
          this.#ways[2 * state] = -byteClass;
          this.#ways[2 * state + 1] = target;
        }
      }
    }
  }

  #copyRow(row: number, failure: number): void {
    for (let byteClass = 0; byteClass < this.#width; byteClass += 1)
      this.#rows[row + byteClass] = this.#step(failure, byteClass);
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

function isBranching(trie: Trie, node: number): boolean {
  const first = trie.child[node] ?? 0;
  return first !== 0 && trie.sibling[first] !== 0;
}

function countBranching(trie: Trie): number {
  let count = 1;
  for (let node = 1; node < trie.nodes; node += 1) if (isBranching(trie, node)) count += 1;
  return count;
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

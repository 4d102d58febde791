// The words of an automaton as a tree, before its states are numbered. Flat arrays: there are tens of thousands of nodes.

export interface Trie {
  /** How many nodes there are; node 0 is the root. */
  readonly nodes: number;
  /** Node → its first child, 0 for none; node → its next sibling, 0 for none. */
  readonly child: Uint32Array;
  readonly sibling: Uint32Array;
  /** Node → the class of the byte that leads to it. */
  readonly byteClass: Uint8Array;
  /** Node → the word that ends there plus one, 0 for none. */
  readonly word: Uint32Array;
}

export function buildTrie(words: readonly Uint8Array[], classes: Uint8Array): Trie {
  const bound = 1 + words.reduce((sum, word) => sum + word.length, 0);
  const child = new Uint32Array(bound);
  const sibling = new Uint32Array(bound);
  const byteClass = new Uint8Array(bound);
  const ends = new Uint32Array(bound);
  let nodes = 1;
  for (const [index, word] of words.entries()) {
    let node = 0;
    for (const byte of word) {
      const wanted = classes[byte] ?? 0;
      let next = child[node] ?? 0;
      while (next !== 0 && byteClass[next] !== wanted) next = sibling[next] ?? 0;
      if (next === 0) {
        next = nodes++;
        byteClass[next] = wanted;
        sibling[next] = child[node] ?? 0;
        child[node] = next;
      }
      node = next;
    }
    ends[node] = index + 1;
  }
  return { nodes, child, sibling, byteClass, word: ends };
}

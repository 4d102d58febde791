// The words of an automaton as a tree, before its states are numbered.

export interface TrieNode {
  /** Word that ends here, -1 for none. */
  literal: number;
  readonly children: Map<number, TrieNode>;
}

export interface Trie {
  /** The root first. */
  readonly nodes: readonly TrieNode[];
  /** Nodes with more than one child, and the root. */
  readonly branching: number;
}

export function buildTrie(words: readonly Uint8Array[], classes: Uint8Array): Trie {
  const root: TrieNode = { literal: -1, children: new Map() };
  const nodes = [root];
  for (const [index, word] of words.entries()) {
    let node = root;
    for (const byte of word) {
      const byteClass = classes[byte] ?? 0;
      let child = node.children.get(byteClass);
      if (!child) {
        child = { literal: -1, children: new Map() };
        node.children.set(byteClass, child);
        nodes.push(child);
      }
      node = child;
    }
    node.literal = index;
  }
  const branching = nodes.filter(({ children }, at) => at === 0 || children.size > 1).length;
  return { nodes, branching };
}

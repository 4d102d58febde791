// Patterns by path segment. A lookup costs a map access per segment plus the few patterns that begin where the path goes.
import { segmentTest } from './pattern.ts';

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  readonly globs: {
    readonly source: string;
    readonly test: (segment: string) => boolean;
    readonly node: Node<T>;
  }[];
  /** What follows a `**` here. */
  deep: Node<T> | undefined;
  readonly values: T[];
  /** What ends in `**` here: everything below, not the directory itself. */
  readonly below: T[];
}

/** `literal` is the index of the last path segment that a pattern names in full, -1 for none: deeper is more specific. */
export type Found<T> = (value: T, literal: number) => void;

export interface PathTrie<T> {
  insert(segments: readonly string[], value: T): void;
  /** Reports every pattern that matches `segments` from index `from` on. */
  find(segments: readonly string[], from: number, found: Found<T>): void;
}

export function createPathTrie<T>(): PathTrie<T> {
  const root = emptyNode<T>();
  return {
    insert: (segments, value) => insert(root, segments, value),
    find: (segments, from, found) => walk(root, segments, from, -1, found),
  };
}

function emptyNode<T>(): Node<T> {
  return { literals: new Map(), globs: [], deep: undefined, values: [], below: [] };
}

function insert<T>(root: Node<T>, segments: readonly string[], value: T): void {
  let node = root;
  for (const [index, segment] of segments.entries()) {
    if (segment === '**' && index === segments.length - 1) {
      node.below.push(value);
      return;
    }
    node = child(node, segment);
  }
  node.values.push(value);
}

function child<T>(node: Node<T>, segment: string): Node<T> {
  if (segment === '**') return (node.deep ??= emptyNode());
  if (!segment.includes('*')) {
    let next = node.literals.get(segment);
    if (!next) node.literals.set(segment, (next = emptyNode()));
    return next;
  }
  let glob = node.globs.find((candidate) => candidate.source === segment);
  if (!glob) node.globs.push((glob = { source: segment, test: segmentTest(segment), node: emptyNode() }));
  return glob.node;
}

function walk<T>(node: Node<T>, path: readonly string[], at: number, literal: number, found: Found<T>): void {
  if (at === path.length) {
    for (const value of node.values) found(value, literal);
    return;
  }
  for (const value of node.below) found(value, literal);
  const segment = path[at] ?? '';
  const next = node.literals.get(segment);
  if (next) walk(next, path, at + 1, at, found);
  const last = at === path.length - 1;
  for (const glob of node.globs) {
    // A pattern that ends here can only match the last segment: most events fail this before any string is compared.
    if ((last || !isLeaf(glob.node)) && glob.test(segment)) walk(glob.node, path, at + 1, literal, found);
  }
  if (node.deep) {
    for (let skip = at; skip < path.length; skip++) walk(node.deep, path, skip, literal, found);
  }
}

function isLeaf<T>(node: Node<T>): boolean {
  return node.literals.size === 0 && node.globs.length === 0 && !node.deep && node.below.length === 0;
}

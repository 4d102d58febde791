// The part of YAML that a rule is made of: mappings with text keys, sequences and scalars, each with its offset.

export type ScalarValue = string | number | boolean | null;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly offset: number;
  readonly value: ScalarValue;
  /** A number as it was written (`0x17`, `1.0`); the same as the value for text. */
  readonly source: string;
}

export interface Entry {
  readonly key: string;
  readonly offset: number;
  readonly value: Node;
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly offset: number;
  readonly entries: readonly Entry[];
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly offset: number;
  readonly items: readonly Node[];
}

export type Node = ScalarNode | MappingNode | SequenceNode;

export function entry(mapping: MappingNode, key: string): Entry | undefined {
  return mapping.entries.find((candidate) => candidate.key === key);
}

/** Names a node for a message: `a list`, `text`, `null`, … */
export function describe(node: Node): string {
  if (node.kind === 'mapping') return 'a map';
  if (node.kind === 'sequence') return 'a list';
  if (node.value === null) return 'nothing';
  return typeof node.value === 'string' ? 'text' : `the ${typeof node.value} ${node.source}`;
}

/** Line and column, counted from 1, of an offset in `text`. */
export function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.max(0, Math.min(offset, text.length)));
  const line = before.split('\n').length;
  return { line, column: before.length - before.lastIndexOf('\n') };
}

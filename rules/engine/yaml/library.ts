// YAML through the `yaml` package: everything the language allows, with the limits that hostile text needs.
import { type Document, isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import { RuleFault } from '../problem.ts';
import type { Entry, Node, ScalarValue } from './node.ts';

/** An alias may be expanded again and again: this bounds what a few lines can become. */
const MAX_NODES = 200_000;
const MAX_DEPTH = 64;

/** One result a document: its tree, undefined when it is empty, or what is wrong with it. */
export function readWithLibrary(text: string): (Node | undefined | RuleFault)[] {
  const documents = compose(text);
  if (documents instanceof RuleFault) return [documents];
  return documents.map((document) => {
    const error = document.errors[0];
    if (error)
      return new RuleFault('E_RULE_YAML', error.pos[0], `not valid YAML: ${firstLine(error.message)}`);
    try {
      const root: unknown = document.contents;
      const tree = root === null ? undefined : convert(document, root, { nodes: 0 }, 0);
      return tree?.kind === 'scalar' && tree.value === null ? undefined : tree;
    } catch (fault) {
      if (fault instanceof RuleFault) return fault;
      throw fault;
    }
  });
}

function compose(text: string): readonly Document[] | RuleFault {
  try {
    return [...parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent' })];
  } catch (error) {
    // Deeply nested flow collections exhaust the stack inside the package.
    return new RuleFault('E_RULE_YAML', 0, `not readable as YAML: ${firstLine(String(error))}`);
  }
}

function convert(document: Document, node: unknown, budget: { nodes: number }, depth: number): Node {
  if (isAlias(node)) {
    const target = node.resolve(document);
    if (!target) throw new RuleFault('E_RULE_YAML', node.range?.[0] ?? 0, `unknown anchor *${node.source}`);
    return convert(document, target, budget, depth);
  }
  const offset = offsetOf(node);
  budget.nodes += 1;
  if (budget.nodes > MAX_NODES || depth > MAX_DEPTH)
    throw new RuleFault(
      'E_RULE_LIMIT',
      offset,
      `larger or deeper than ${MAX_NODES} nodes, ${MAX_DEPTH} levels`,
    );
  if (isMap(node)) {
    const entries = node.items.map((pair): Entry => {
      const key = isScalar(pair.key) ? (pair.key.source ?? keyText(pair.key.value)) : undefined;
      if (key === undefined)
        throw new RuleFault('E_RULE_YAML', offsetOf(pair.key), 'a key must be plain text');
      const at = offsetOf(pair.key);
      const value = pair.value === null ? nothing(at) : convert(document, pair.value, budget, depth + 1);
      return { key, offset: at, value };
    });
    return { kind: 'mapping', offset, entries };
  }
  if (isSeq(node))
    return {
      kind: 'sequence',
      offset,
      items: node.items.map((item) => convert(document, item, budget, depth + 1)),
    };
  if (isScalar(node)) {
    const value = scalarValue(node.value);
    return {
      kind: 'scalar',
      offset,
      value,
      source: typeof value === 'string' ? value : (node.source ?? String(value)),
    };
  }
  throw new RuleFault('E_RULE_YAML', offset, 'neither a map, a list nor a value');
}

function scalarValue(value: unknown): ScalarValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  // A big integer or a date of another schema: as JSON writes it.
  return JSON.stringify(value) ?? null;
}

function keyText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function nothing(offset: number): Node {
  return { kind: 'scalar', offset, value: null, source: '' };
}

function offsetOf(node: unknown): number {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}

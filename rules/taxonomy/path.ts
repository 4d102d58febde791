// A path into an event, `process.ancestors.0.image`: names and indexes by dots; `*` is every element or value.
import type { FieldValue } from '../engine/event.ts';

export type Accessor = (source: object) => FieldValue | undefined;

/** Paths that rules name are few; those of a hostile event never come here. */
const compiled = new Map<string, Accessor>();
const MAX_COMPILED = 4096;

/** A container that a path ends in gives its leaves, so that a list is a list to the engine. */
export function compilePath(path: string): Accessor {
  const known = compiled.get(path);
  if (known) return known;
  const keys = path.split('.');
  const accessor: Accessor = (source) => leaf(walk(source, keys, 0));
  if (compiled.size < MAX_COMPILED) compiled.set(path, accessor);
  return accessor;
}

/** The same where a key may be the whole path, as flattened JSON has it: that comes first. */
export function compileFlatPath(path: string): Accessor {
  const nested = compilePath(path);
  return (source) =>
    Object.hasOwn(source, path) ? leaf((source as Record<string, unknown>)[path]) : nested(source);
}

function walk(source: unknown, keys: readonly string[], at: number): unknown {
  let value = source;
  for (let i = at; i < keys.length; i += 1) {
    if (typeof value !== 'object' || value === null) return undefined;
    const key = keys[i] ?? '';
    if (key === '*') {
      const found = Object.values(value).map((element: unknown) => walk(element, keys, i + 1));
      return found.filter((element) => element !== undefined);
    }
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}

const MAX_LEAVES = 1024;

export function leaf(value: unknown): FieldValue | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object') return undefined;
  const leaves: FieldValue[] = [];
  collect(value, leaves, 0);
  return leaves;
}

function collect(value: object, leaves: FieldValue[], depth: number): void {
  for (const element of Object.values(value)) {
    if (leaves.length >= MAX_LEAVES) return;
    if (typeof element === 'object' && element !== null) {
      if (depth < 8) collect(element, leaves, depth + 1);
    } else if (typeof element === 'string' || typeof element === 'number' || typeof element === 'boolean')
      leaves.push(element);
  }
}

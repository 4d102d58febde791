// Compares a parsed YAML document with a valibot schema and says where each difference stands in the text.
import * as v from 'valibot';
import { isMap, isNode, isPair, isScalar, isSeq, type Document, type Node } from 'yaml';
import { nearest } from './nearest.ts';

/** A problem whose place is still an offset in the text. */
export interface Found {
  readonly offset: number | undefined;
  readonly key: string;
  readonly message: string;
  readonly nearest?: string | undefined;
}

export type Shape<T> = { ok: true; value: T } | { ok: false; problems: Found[] };

/** The parts of valibot's schemas that are walked to find the valid keys at a place. */
interface AnySchema {
  readonly type: string;
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly options?: readonly (AnySchema | string)[];
  readonly wrapped?: AnySchema;
  readonly item?: AnySchema;
}

type Path = readonly (string | number)[];

export function shapeProblems<S extends v.GenericSchema>(
  document: Document.Parsed,
  schema: S,
): Shape<v.InferOutput<S>> {
  const problems: Found[] = [];
  unknownKeys(document.contents, [schema], [], problems);
  const parsed = v.safeParse(schema, document.toJS({ maxAliasCount: 0 }) ?? {});
  for (const issue of parsed.issues ?? []) {
    if (issue.expected !== 'never') problems.push(describe(issue, document));
    else if (Array.isArray(issue.path?.at(-1)?.input)) problems.push(listForMapping(issue, document));
  }
  if (problems.length === 0 && parsed.success) return { ok: true, value: parsed.output };
  return { ok: false, problems: problems.sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0)) };
}

/** Adds every key that none of `schemas` knows. Recursion is bounded by the parser, which recursed as deep before. */
function unknownKeys(node: unknown, schemas: readonly AnySchema[], path: Path, problems: Found[]): void {
  const flat = schemas.flatMap(unwrap);
  if (isSeq(node)) {
    const items = flat.flatMap((schema) => (schema.item ? [schema.item] : []));
    for (const [index, item] of node.items.entries()) unknownKeys(item, items, [...path, index], problems);
  }
  if (!isMap(node)) return;
  const objects = flat.filter((schema) => schema.type === 'strict_object' || schema.type === 'object');
  if (objects.length === 0) return;
  const known = objects.flatMap((schema) => Object.keys(schema.entries ?? {}));
  for (const pair of node.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const here = [...path, key];
    if (known.includes(key)) {
      const next = objects.flatMap((schema) => (schema.entries?.[key] ? [schema.entries[key]] : []));
      unknownKeys(pair.value, next, here, problems);
    } else {
      const message = `is not a known key here (known: ${known.join(', ')})`;
      problems.push({
        offset: offsetOf(pair.key),
        key: keyPath(here),
        message,
        nearest: nearest(key, known),
      });
    }
  }
}

/** Takes the optional and union wrappers off a schema. */
function unwrap(schema: AnySchema): AnySchema[] {
  if (schema.wrapped) return unwrap(schema.wrapped);
  if (schema.type !== 'union' && schema.type !== 'variant') return [schema];
  return (schema.options ?? []).flatMap((option) => (typeof option === 'string' ? [] : unwrap(option)));
}

function describe(issue: v.BaseIssue<unknown>, document: Document.Parsed): Found {
  const path = (issue.path ?? []).map((item) => item.key as string | number);
  const missing = issue.path?.at(-1)?.origin === 'key';
  const expected = words(issue.expected);
  const wanted = expected.every((word) => word.startsWith('"'))
    ? expected.map((word) => word.slice(1, -1))
    : [];
  return {
    offset: offsetAt(document, missing ? path.slice(0, -1) : path),
    key: keyPath(path),
    message: missing ? 'is required' : complaint(issue, expected),
    ...(typeof issue.input === 'string' && { nearest: nearest(issue.input, wanted) }),
  };
}

/** valibot takes a list for an object with the keys 0, 1, …, and complains about those. */
function listForMapping(issue: v.BaseIssue<unknown>, document: Document.Parsed): Found {
  const path = (issue.path ?? []).slice(0, -1).map((item) => item.key as string | number);
  return { offset: offsetAt(document, path), key: keyPath(path), message: 'must be a mapping, not a list' };
}

function complaint(issue: v.BaseIssue<unknown>, expected: readonly string[]): string {
  // A check of our own (`regex`, `maxLength`, …) brings a message that is already a sentence about the value.
  if (issue.kind === 'validation') return lowerFirst(issue.message);
  const list = expected.map((word) => plain[word] ?? word.replaceAll('"', '')).join(' or ');
  return `must be ${list}, not ${received(issue.input)}`;
}

const plain: Readonly<Record<string, string>> = {
  Object: 'a mapping',
  Array: 'a list',
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
};

function words(expected: string | null): string[] {
  return (expected ?? '').replace(/^\(|\)$/g, '').split(' | ');
}

function received(input: unknown): string {
  if (input === null || input === undefined) return 'empty';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a mapping';
  const text = JSON.stringify(input);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function keyPath(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index ? `.${part}` : part))
    .join('');
}

/** Start of the value at `path`, or of the nearest parent that is written down. */
function offsetAt(document: Document.Parsed, path: Path): number | undefined {
  for (let depth = path.length; depth >= 0; depth--) {
    const node: unknown = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    const offset = offsetOf(node);
    if (offset !== undefined) return offset;
  }
  return 0;
}

function offsetOf(node: unknown): number | undefined {
  if (isPair(node)) return offsetOf(node.key);
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}

// Reads one YAML configuration file against a schema. What is wrong comes back as problems with line, column and the
// nearest valid key, never as an exception: a running agent keeps its last good file and shows them.
// The file may be hostile: its size is bounded, it must be a regular file, and anchors and aliases are refused.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type * as v from 'valibot';
import { isAlias, isNode, LineCounter, parseDocument, visit, type Document, type ErrorCode } from 'yaml';
import { type Found, shapeProblems } from './config-shape.ts';

/** Largest configuration file, bytes. */
export const MAX_CONFIG = 256 * 1024;
const MAX_PROBLEMS = 20;

export interface ConfigProblem {
  readonly file: string;
  /** Counted from 1; absent when the file as a whole is meant. */
  readonly line?: number;
  readonly column?: number;
  /** `central.url`, `homes[2]`; '' for the whole file. */
  readonly key: string;
  readonly message: string;
  /** The valid key or value that was probably meant. */
  readonly nearest?: string;
}

export type ConfigResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Reads and validates `file`. Synchronous: it happens before anything else runs. */
export function readConfig<S extends v.GenericSchema>(
  file: string,
  schema: S,
): ConfigResult<v.InferOutput<S>> {
  const content = readBounded(file);
  if ('message' in content) return { ok: false, problems: [{ file, key: '', message: content.message }] };
  return parseConfig(content.text, file, schema);
}

/** The same for text that is already in memory; `file` only names it. An empty document is an empty mapping. */
export function parseConfig<S extends v.GenericSchema>(
  text: string,
  file: string,
  schema: S,
): ConfigResult<v.InferOutput<S>> {
  const lines = new LineCounter();
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  } catch (error) {
    // The parser recurses: a few thousand nested brackets end in a RangeError.
    return {
      ok: false,
      problems: [{ file, key: '', message: `cannot be parsed (${(error as Error).message})` }],
    };
  }
  const found = syntaxProblems(document);
  if (found.length === 0) {
    const shape = shapeProblems(document, schema);
    if (shape.ok) return { ok: true, value: shape.value };
    found.push(...shape.problems);
  }
  return { ok: false, problems: found.slice(0, MAX_PROBLEMS).map((problem) => place(problem, file, lines)) };
}

/** `lifeguard.yaml:3:1: hmes: is not a known key; did you mean homes?` */
export function formatProblem(problem: ConfigProblem): string {
  const at =
    problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`;
  const key = problem.key === '' ? '' : `${problem.key}: `;
  const hint = problem.nearest === undefined ? '' : `; did you mean ${problem.nearest}?`;
  return `${at}: ${key}${problem.message}${hint}`;
}

function syntaxProblems(document: Document.Parsed): Found[] {
  const found: Found[] = [...document.errors, ...document.warnings].map((error) => ({
    offset: error.pos[0],
    key: '',
    message: plain[error.code] ?? firstLine(error.message),
  }));
  visit(document, (_, node) => {
    if (!isAlias(node) && !(isNode(node) && 'anchor' in node && node.anchor !== undefined)) return undefined;
    found.push({ offset: node.range?.[0], key: '', message: 'anchors and aliases are not accepted here' });
    return visit.BREAK;
  });
  return found;
}

const plain: Readonly<Partial<Record<ErrorCode, string>>> = {
  DUPLICATE_KEY: 'the same key twice in one mapping',
  MULTIPLE_DOCS: 'a second document in the file',
  RESOURCE_EXHAUSTION: 'nested too deeply',
};

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

function place(found: Found, file: string, lines: LineCounter): ConfigProblem {
  const at = found.offset === undefined ? undefined : lines.linePos(found.offset);
  return {
    file,
    ...(at && { line: Math.max(at.line, 1), column: Math.max(at.col, 1) }),
    key: found.key,
    message: found.message,
    ...(found.nearest !== undefined && { nearest: found.nearest }),
  };
}

type Content = { readonly text: string } | { readonly message: string };

function readBounded(file: string): Content {
  let descriptor: number;
  try {
    // Without O_NONBLOCK a FIFO of that name would hold the agent for ever.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return { message: unreadable(error) };
  }
  try {
    if (!fstatSync(descriptor).isFile()) return { message: 'is not a regular file' };
    const buffer = Buffer.alloc(MAX_CONFIG + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= MAX_CONFIG; length += read)
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (length > MAX_CONFIG) return { message: `is larger than ${MAX_CONFIG} bytes` };
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, length)) };
  } catch (error) {
    return { message: error instanceof TypeError ? 'is not UTF-8 text' : unreadable(error) };
  } finally {
    closeSync(descriptor);
  }
}

function unreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
  return code === undefined ? message : `cannot be read (${code})`;
}

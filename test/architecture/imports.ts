// Reads what a source file asks for: static and dynamic imports, re-exports, and files that it starts or reads by `new URL`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export interface Import {
  /** File relative to the root, with slashes. */
  readonly from: string;
  /** A file relative to the root, `node:fs`, or the name of a package. */
  readonly to: string;
  readonly kind: 'file' | 'node' | 'package';
  readonly types: boolean;
  /** `import`: it becomes part of this program. `name`: named by `new URL` or `import.meta.resolve`: a worker, a child, data. */
  readonly by: 'import' | 'name';
}

/** Source files below `folders`, relative to the root, sorted. */
export function sources(folders: readonly string[], extension: RegExp = /\.(ts|js|mjs)$/): string[] {
  return folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && extension.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

export function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

const statement = /^\s*(?:import|export)\s+(?<type>type\s)?(?:[\w*\s{},$]*?\sfrom\s+)?'(?<target>[^']+)'/gm;
const dynamic = /\bimport\(\s*'(?<target>[^']+)'/g;
const named = /(?:new URL|import\.meta\.resolve)\(\s*'(?<target>\.[^']+)'/g;
/** A dynamic import whose target cannot be read off the source. */
export const computed = /\bimport\(\s*(?!')[^)\s]/;

/** Everything that `file` asks for. `import { type A }` counts as a value import: only a whole `import type` is erased. */
export function importsOf(file: string): Import[] {
  const text = textOf(file);
  const all = (pattern: RegExp, by: Import['by']) =>
    [...text.matchAll(pattern)].map((match) => {
      const types = match.groups?.['type'] !== undefined;
      return { from: file, ...resolved(file, match.groups?.['target'] ?? ''), types, by };
    });
  return [...all(statement, 'import'), ...all(dynamic, 'import'), ...all(named, 'name')];
}

function resolved(file: string, target: string): Pick<Import, 'to' | 'kind'> {
  if (target.startsWith('.')) return { to: posix.join(dirname(file), target), kind: 'file' };
  if (target.startsWith('node:')) return { to: target, kind: 'node' };
  const [first = '', second = ''] = target.split('/');
  return { to: first.startsWith('@') ? `${first}/${second}` : first, kind: 'package' };
}

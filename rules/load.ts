// Reads rule files from directories. A file that cannot be read is a problem of its own; the others are read.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

export interface UnreadableFile {
  readonly path: string;
  readonly reason: string;
}

export interface ReadFiles {
  readonly files: readonly RuleFile[];
  readonly unreadable: readonly UnreadableFile[];
}

const MAX_FILES = 50_000;
const MAX_DEPTH = 16;
const MAX_BYTES = 4 * 1024 * 1024;
const AT_ONCE = 32;

/** Every .yml and .yaml below the paths, sorted; `skip` names directories directly below a path that hold no rules. */
export async function readRuleFiles(
  paths: readonly string[],
  skip: readonly string[] = [],
): Promise<ReadFiles> {
  const found: string[] = [];
  const unreadable: UnreadableFile[] = [];
  for (const path of paths) await find(path, skip, 0, found, unreadable);
  const files: RuleFile[] = [];
  const wanted = [...new Set(found)].toSorted();
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const read = await Promise.all(wanted.slice(at, at + AT_ONCE).map(readOne));
    for (const one of read) {
      if ('text' in one) files.push(one);
      else unreadable.push(one);
    }
  }
  return { files, unreadable };
}

async function readOne(path: string): Promise<RuleFile | UnreadableFile> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) return { path, reason: `${size} bytes, at most ${MAX_BYTES} are read` };
    return { path, text: await readFile(path, 'utf8') };
  } catch (error) {
    return { path, reason: reasonOf(error) };
  }
}

async function find(
  path: string,
  skip: readonly string[],
  depth: number,
  found: string[],
  unreadable: UnreadableFile[],
): Promise<void> {
  try {
    if ((await stat(path)).isFile()) {
      found.push(path);
      return;
    }
    for (const item of await readdir(path, { withFileTypes: true })) {
      if (item.name.startsWith('.') || found.length >= MAX_FILES) continue;
      const inner = join(path, item.name);
      if (item.isDirectory() && depth < MAX_DEPTH && !(depth === 0 && skip.includes(item.name)))
        await find(inner, [], depth + 1, found, unreadable);
      else if (item.isFile() && /\.ya?ml$/.test(item.name)) found.push(inner);
    }
  } catch (error) {
    unreadable.push({ path, reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// What the collector knew, across restarts: one JSON line a project, the last line of a project wins. Lines are appended;
// the file is written anew at the start and whenever more than half of it is old.
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open, rename } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { packageManager } from '../../schema/process.ts';
import type { PackageManager } from '../../schema/process.ts';

/** Ten times what 500 projects of 1,000 packages take. */
const MAX_BYTES = 1024 * 1024 * 1024;
const SLACK = 4 * 1024 * 1024;

const line = v.object({
  root: v.pipe(v.string(), v.check(isAbsolute)),
  manager: packageManager,
  table: v.string(),
});

export interface Remembered {
  readonly root: string;
  readonly manager: PackageManager;
  /** Text of a Table; empty: the project was forgotten. */
  readonly table: string;
}

export interface Snapshot {
  /** What was stored, one project after the other; a torn or foreign line is passed over and counted. */
  load(): Promise<ReadonlyMap<string, Remembered>>;
  save(project: Remembered): void;
  /** Waits for what was saved; rejects with the first error. */
  settle(): Promise<void>;
}

/** `live` gives what is worth keeping when the file is written anew. */
export function openSnapshot(
  path: string,
  live: () => Iterable<Remembered>,
  failed: (error: unknown) => void,
): Snapshot {
  let bytes = 0;
  let written: Promise<void> = Promise.resolve();

  async function append(project: Remembered): Promise<void> {
    const text = `${JSON.stringify(project)}\n`;
    bytes += Buffer.byteLength(text);
    const kept = [...live()].reduce((sum, { table }) => sum + table.length, 0);
    if (bytes > 2 * kept + SLACK) await rewrite();
    else await appendFile(path, text, { mode: 0o600 });
  }

  async function rewrite(): Promise<void> {
    const next = `${path}.new`;
    const file = await open(next, 'w', 0o600);
    bytes = 0;
    try {
      for (const project of live()) {
        const { bytesWritten } = await file.write(`${JSON.stringify(project)}\n`);
        bytes += bytesWritten;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  }

  return {
    async load() {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const projects = new Map<string, Remembered>();
      try {
        const input = createReadStream(path, { end: MAX_BYTES });
        for await (const text of createInterface({ input, crlfDelay: Infinity })) {
          bytes += text.length;
          const project = parse(text);
          if (project) projects.set(project.root, project);
        }
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
      for (const [root, { table }] of projects) if (table === '') projects.delete(root);
      return projects;
    },
    save(project) {
      written = written.then(() => append(project)).catch(failed);
    },
    settle: () => written,
  };
}

function parse(text: string): Remembered | undefined {
  try {
    const result = v.safeParse(line, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

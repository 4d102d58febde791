// Known-malicious packages: an index of OSV records in SQLite, asked by name and version when a package is installed.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { IntelMatch } from '../../schema/package.ts';
import { type ImportProgress, type ImportResult, importFile } from './import.ts';
import { isInRange, type RangeEvent } from './range.ts';
import { openDatabase, prepare } from './store.ts';

export type { ImportProgress, ImportResult } from './import.ts';

export interface IntelStatus {
  readonly records: number;
  readonly packages: number;
  readonly sources: Readonly<Record<string, number>>;
  /** The last imports, newest first, at most 10. */
  readonly imports: readonly { readonly time: string; readonly file: string; readonly records: number }[];
}

export interface Intel {
  /** Records that name this version of the package, at most 16 (an event carries no more). */
  lookup(name: string, version: string): IntelMatch[];
  /** Each file is imported as a whole or not at all. Never rejects for what is in a file: see `failure`. */
  importFiles(
    files: readonly string[],
    progress?: (progress: ImportProgress) => void,
  ): Promise<readonly ImportResult[]>;
  status(): IntelStatus;
  close(): void;
}

const MAX_MATCHES = 16;
/** Opens the index at `file`, making it (0600) where it is absent. Throws E_INTEL_STORE where that is impossible. */
export function openIntel(file: string): Intel {
  const database = openDatabase(file);
  const statements = prepare(database);
  return {
    lookup: (name, version) => lookup(statements.find, name, version),
    async importFiles(files, progress) {
      const results: ImportResult[] = [];
      for (const path of files) results.push(await importFile(database, statements, path, progress));
      return results;
    },
    status: () => status(database),
    close: () => database.close(),
  };
}

function lookup(find: StatementSync, name: string, version: string): IntelMatch[] {
  const matches = new Map<string, IntelMatch>();
  for (const row of find.all(name, version)) {
    const { id, summary, source, ranges } = row as Record<string, string | null>;
    if (typeof ranges === 'string' && !isInAnyRange(version, ranges)) continue;
    if (matches.size < MAX_MATCHES) {
      matches.set(String(id), { id: String(id), summary: String(summary), source: String(source) });
    }
  }
  return [...matches.values()];
}

function isInAnyRange(version: string, ranges: string): boolean {
  const parsed = JSON.parse(ranges) as readonly (readonly RangeEvent[])[];
  return parsed.some((events) => isInRange(version, events));
}

function status(database: DatabaseSync): IntelStatus {
  const counted = database
    .prepare(
      'SELECT (SELECT count(*) FROM record) AS records, (SELECT count(DISTINCT name) FROM affected) AS packages',
    )
    .get();
  const sources = database
    .prepare('SELECT source, count(*) AS records FROM record GROUP BY source ORDER BY 2 DESC LIMIT 50')
    .all();
  const imports = database
    .prepare('SELECT time, file, records FROM import ORDER BY rowid DESC LIMIT 10')
    .all();
  return {
    records: Number(counted?.['records'] ?? 0),
    packages: Number(counted?.['packages'] ?? 0),
    sources: Object.fromEntries(sources.map((row) => [String(row['source']), Number(row['records'])])),
    imports: imports.map((row) => ({
      time: String(row['time']),
      file: String(row['file']),
      records: Number(row['records']),
    })),
  };
}

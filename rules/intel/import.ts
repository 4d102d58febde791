// Imports files into the index: each as a whole or not at all, bad records counted by cause.
import { basename } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { IntelFailure } from './failure.ts';
import { type IntelRecord, parseRecord, type RecordProblem } from './record.ts';
import { readRecords } from './source.ts';
import type { Statements } from './store.ts';

/** Records between two turns of the event loop. */
const BATCH = 250;

export interface ImportProgress {
  readonly file: string;
  /** Share of this file that has been read, 0 to 1. */
  readonly share: number;
  readonly records: number;
}

export interface ImportResult {
  readonly file: string;
  /** Records that name npm packages and are now in the index. */
  readonly imported: number;
  /** Records that were taken back by their publisher and are gone from the index. */
  readonly withdrawn: number;
  /** Older than what the index already has. */
  readonly outdated: number;
  readonly skipped: Readonly<Record<RecordProblem | 'too-large', number>>;
  /** Why the file was not imported; nothing of it is in the index then. */
  readonly failure?: IntelFailure;
}

interface Tally {
  imported: number;
  withdrawn: number;
  outdated: number;
  readonly skipped: Record<RecordProblem | 'too-large', number>;
}

function emptyTally(): Tally {
  return {
    imported: 0,
    withdrawn: 0,
    outdated: 0,
    skipped: { 'not-json': 0, 'not-osv': 0, 'other-ecosystem': 0, 'too-large': 0 },
  };
}

/** Never rejects: what went wrong is `failure` of the result. */
export async function importFile(
  database: DatabaseSync,
  statements: Statements,
  file: string,
  progress: ((progress: ImportProgress) => void) | undefined,
): Promise<ImportResult> {
  const tally = emptyTally();
  try {
    database.exec('BEGIN IMMEDIATE');
    let read = 0;
    for (const { json, progress: share } of readRecords(file)) {
      count(tally, json === undefined ? 'too-large' : store(statements, json));
      read++;
      if (read % BATCH !== 0) continue;
      progress?.({ file, share, records: read });
      await setImmediate();
    }
    progress?.({ file, share: 1, records: read });
    statements.imported.run(new Date().toISOString(), basename(file), tally.imported);
    statements.trim.run();
    database.exec('COMMIT');
    return { file, ...tally };
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    return { file, ...emptyTally(), failure: asFailure(error) };
  }
}

type Outcome = 'imported' | 'withdrawn' | 'outdated' | RecordProblem | 'too-large';

function count(tally: Tally, outcome: Outcome): void {
  if (outcome === 'imported' || outcome === 'withdrawn' || outcome === 'outdated') tally[outcome]++;
  else tally.skipped[outcome]++;
}

function store(statements: Statements, json: string): Outcome {
  const record = parseRecord(json);
  if (typeof record === 'string') return record;
  const known = statements.known.get(record.id)?.['modified'];
  if (typeof known === 'string' && known > record.modified) return 'outdated';
  statements.forget.run(record.id);
  statements.forgetAffected.run(record.id);
  if (record.withdrawn) return 'withdrawn';
  statements.record.run(record.id, record.summary, record.source, record.modified);
  for (const entry of mergedByName(record)) {
    for (const version of entry.versions) {
      if (version !== '') statements.affected.run(entry.name, version, record.id, null);
    }
    if (entry.ranges.length > 0)
      statements.affected.run(entry.name, '', record.id, JSON.stringify(entry.ranges));
  }
  return 'imported';
}

/** A record may name a package more than once; its rows here are one for the ranges of a name. */
function mergedByName({ affected }: IntelRecord): Iterable<IntelRecord['affected'][number]> {
  const merged = new Map<string, IntelRecord['affected'][number]>();
  for (const entry of affected) {
    const before = merged.get(entry.name);
    merged.set(entry.name, {
      name: entry.name,
      versions: [...(before?.versions ?? []), ...entry.versions],
      ranges: [...(before?.ranges ?? []), ...entry.ranges],
    });
  }
  return merged.values();
}

function asFailure(error: unknown): IntelFailure {
  if (error instanceof IntelFailure) return error;
  return new IntelFailure('E_INTEL_STORE', (error as Error).message, error);
}

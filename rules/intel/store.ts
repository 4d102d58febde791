// The index on disk. Readers and a writer may be different processes: a running agent sees an import as soon as it is committed.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { IntelFailure } from './failure.ts';

const layout = `
  CREATE TABLE IF NOT EXISTS record (
    id TEXT PRIMARY KEY, summary TEXT NOT NULL, source TEXT NOT NULL, modified TEXT NOT NULL
  ) WITHOUT ROWID;
  -- version '' is a range; ranges is then its JSON, else NULL
  CREATE TABLE IF NOT EXISTS affected (
    name TEXT NOT NULL, version TEXT NOT NULL, record TEXT NOT NULL, ranges TEXT, PRIMARY KEY (name, version, record)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS affected_record ON affected (record);
  CREATE TABLE IF NOT EXISTS import (time TEXT NOT NULL, file TEXT NOT NULL, records INTEGER NOT NULL);
  PRAGMA user_version = 1;
`;

export function openDatabase(file: string): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o711 });
    // SQLite gives its journal the permissions of the database, so they are right from the first byte.
    closeSync(openSync(file, 'a', 0o600));
    const database = new DatabaseSync(file, { timeout: 5000 });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
    if (typeof version === 'number' && version > 1)
      throw new Error(`it was written by a newer version (${version})`);
    database.exec(layout);
    return database;
  } catch (error) {
    throw new IntelFailure(
      'E_INTEL_STORE',
      `the index ${file} cannot be opened: ${(error as Error).message}`,
      error,
    );
  }
}

export function prepare(database: DatabaseSync) {
  return {
    find: database.prepare(
      `SELECT a.version, a.ranges, r.id, r.summary, r.source FROM affected a JOIN record r ON r.id = a.record
       WHERE a.name = ? AND a.version IN (?, '') ORDER BY r.id LIMIT 256`,
    ),
    known: database.prepare('SELECT modified FROM record WHERE id = ?'),
    forget: database.prepare('DELETE FROM record WHERE id = ?'),
    forgetAffected: database.prepare('DELETE FROM affected WHERE record = ?'),
    record: database.prepare('INSERT INTO record (id, summary, source, modified) VALUES (?, ?, ?, ?)'),
    affected: database.prepare(
      'INSERT OR REPLACE INTO affected (name, version, record, ranges) VALUES (?, ?, ?, ?)',
    ),
    trim: database.prepare('DELETE FROM import WHERE rowid <= (SELECT max(rowid) FROM import) - 50'),
    imported: database.prepare('INSERT INTO import (time, file, records) VALUES (?, ?, ?)'),
  };
}

export type Statements = ReturnType<typeof prepare>;

import { DatabaseSync } from 'node:sqlite';
import { spoolFailure } from './failure.ts';

/** `state` of a row. */
export const WAITING = 0;
export const SETTLED = 1;
export const REFUSED = 2;

// The write-ahead log is never truncated: the space that it holds lets alerts through for a while on a full disk.
const layout = `
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 8388608;
  PRAGMA cache_size = -512;
  CREATE TABLE IF NOT EXISTS alert (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    seq INTEGER UNIQUE,
    state INTEGER NOT NULL DEFAULT ${WAITING},
    level INTEGER NOT NULL,
    time TEXT NOT NULL,
    user TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS alert_waiting ON alert (seq, bytes) WHERE state = ${WAITING} AND seq IS NOT NULL;
  CREATE INDEX IF NOT EXISTS alert_user ON alert (user, row);
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Opens or creates the spool's file and checks every page of it. Throws `SpoolFailure`. */
export function openDatabase(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 1000 });
    database.exec(layout);
    const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (found !== 'ok') throw Object.assign(new Error(String(found)), { errcode: 11 });
    return database;
  } catch (error) {
    database?.close();
    throw spoolFailure(file, error);
  }
}

// One connection to the embedded store. A commit returns after fsync: WAL with synchronous=FULL.
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../store.ts';
import { migrate } from './schema.ts';

/** A lock is waited for this long, ms; the thread stands still meanwhile, so it is short and the caller tries again. */
const LOCK_WAIT = 100;

/** Opens or creates `file` (mode 0600). Throws `StoreUnavailable`. */
export function openDatabase(file: string): DatabaseSync {
  return guarded(() => {
    const database = new DatabaseSync(file, { timeout: LOCK_WAIT, defensive: true });
    try {
      chmodSync(file, 0o600);
      database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA trusted_schema = OFF;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -8192;
        PRAGMA journal_size_limit = 16777216;
      `);
      migrate(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Runs `work`; what SQLite refuses becomes `StoreUnavailable` with its reason and cause. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    throw new StoreUnavailable(reason(error), { cause: error });
  }
}

/** Runs `work` in one transaction: all of it is on disk when this returns, or none of it ever will be. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  return guarded(() => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite rolls back by itself on a full disk.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  });
}

function reason(error: unknown): string {
  const { errstr, message } = error as { errstr?: string; message: string };
  return `the store cannot be used: ${errstr ?? message}`;
}

// What `lifeguard alerts` reads: the spool's alerts as JSON, whether they were acknowledged or not.
import type { DatabaseSync } from 'node:sqlite';

export interface HistoryQuery {
  /** ISO time; only alerts at or after it. */
  readonly since?: string | undefined;
  /** The newest so many. */
  readonly limit: number;
  /** Only alerts of this login name. */
  readonly user?: string | undefined;
}

/** Their row numbers, oldest first. */
export function findRows(database: DatabaseSync, { since, limit, user }: HistoryQuery): number[] {
  const found = database
    .prepare(
      'SELECT row FROM alert WHERE time >= ?1 AND (?2 IS NULL OR user = ?2) ORDER BY row DESC LIMIT ?3',
    )
    .all(since ?? '', user ?? null, limit);
  return found.map(({ row }) => Number(row)).toReversed();
}

export function bodyOf(database: DatabaseSync, row: number): string | undefined {
  const found = database.prepare('SELECT body FROM alert WHERE row = ?').get(row);
  return found && String(found['body']);
}

export function findAlert(database: DatabaseSync, id: string, user: string | undefined): string | undefined {
  const found = database
    .prepare('SELECT body FROM alert WHERE id = ?1 AND (?2 IS NULL OR user = ?2)')
    .get(id, user ?? null);
  return found && String(found['body']);
}

export function countAlerts(database: DatabaseSync, user: string | undefined): number {
  const found = database
    .prepare('SELECT count(*) AS total FROM alert WHERE (?1 IS NULL OR user = ?1)')
    .get(user ?? null);
  return Number(found?.['total']);
}

// The file that alerts wait in: SQLite in WAL mode, every commit synced to the disk before it counts.
// Synchronous, and one owner only: the agent's lock on the state directory keeps a second one away.
//
// Rows are numbered (`seq`, from 1, without holes) in an `epoch` once there is a central collector to number them for;
// a spool that lost its file, or that joins another central collector, begins a new epoch.
import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Alert } from '../../../schema/alert.ts';
import { level as levels } from '../../../schema/primitives.ts';
import { spoolFailure } from './failure.ts';
import { bodyOf, countAlerts, findAlert, findRows, type HistoryQuery } from './history.ts';
import { openDatabase, REFUSED, SETTLED, WAITING } from './layout.ts';

/** An alert with its place in the epoch; `body` is the alert as JSON. */
export interface SpooledAlert {
  readonly seq: number;
  readonly body: string;
}

export interface Amount {
  readonly rows: number;
  readonly bytes: number;
}

export class Spool {
  readonly file: string;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #waiting: StatementSync;
  #epoch: string | undefined;
  #last: number;
  #acknowledged: number;
  #pending: Amount;

  /** Throws `SpoolFailure`. */
  constructor(file: string) {
    this.file = file;
    this.#database = openDatabase(file);
    this.#insert = this.#database.prepare(
      'INSERT OR IGNORE INTO alert (id, seq, level, time, user, bytes, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#waiting = this.#database.prepare(
      `SELECT seq, bytes, body FROM alert WHERE seq > ? AND seq IS NOT NULL AND state = ${WAITING} ORDER BY seq LIMIT ?`,
    );
    this.#epoch = this.#meta('epoch');
    this.#acknowledged = Number(this.#meta('acknowledged') ?? 0);
    this.#last = Math.max(this.#acknowledged, this.#lastNumbered());
    this.#pending = this.#countPending();
  }

  get epoch(): string | undefined {
    return this.#epoch;
  }

  /** Numbered alerts that are not settled. */
  get pending(): Amount {
    return this.#pending;
  }

  /** Highest seq of this epoch that was given out. */
  get last(): number {
    return this.#last;
  }

  /** Highest seq of this epoch that the central collector has. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Stores all or none; on return they are on the disk. Throws `SpoolFailure`. */
  insert(alerts: readonly Alert[]): void {
    let last = this.#last;
    this.#transaction(() => {
      for (const alert of alerts) {
        const body = JSON.stringify(alert);
        const seq = this.#epoch === undefined ? null : last + 1;
        const rank = levels.options.indexOf(alert.level);
        const bytes = Buffer.byteLength(body);
        const { changes } = this.#insert.run(alert.id, seq, rank, alert.time, alert.user, bytes, body);
        if (seq !== null && changes === 1) last = seq;
      }
    });
    this.#last = last;
    this.#pending = this.#countPending();
  }

  /** Alerts of this epoch after `seq` that are not settled, in order, at least one if there is one. */
  waiting(after: number, limit: Amount): SpooledAlert[] {
    const found: SpooledAlert[] = [];
    let bytes = 0;
    for (const row of this.#waiting.iterate(after, limit.rows)) {
      bytes += Number(row['bytes']);
      if (found.length > 0 && bytes > limit.bytes) break;
      found.push({ seq: Number(row['seq']), body: String(row['body']) });
    }
    return found;
  }

  /** Everything up to and including `seq` is in the central store, but for what it refused. Returns how many were new. */
  acknowledge(seq: number): number {
    if (seq <= this.#acknowledged) return 0;
    const settled = this.#transaction(() => {
      this.#setMeta('acknowledged', String(seq));
      return this.#run(`UPDATE alert SET state = ${SETTLED} WHERE seq <= ? AND state = ${WAITING}`, seq);
    });
    this.#acknowledged = seq;
    this.#pending = this.#countPending();
    return settled;
  }

  /** Sets one alert aside: the central collector will never take it. */
  refuse(seq: number): void {
    this.#transaction(() => this.#run(`UPDATE alert SET state = ${REFUSED} WHERE seq = ?`, seq));
    this.#pending = this.#countPending();
  }

  /** Begins a new epoch and numbers what is not settled from 1. */
  beginEpoch(): void {
    const epoch = randomUUID();
    this.#transaction(() => {
      this.#run('UPDATE alert SET seq = NULL');
      this.#run(
        `UPDATE alert SET seq = place FROM (SELECT row AS waiting, row_number() OVER (ORDER BY row) AS place
         FROM alert WHERE state = ${WAITING}) WHERE row = waiting`,
      );
      this.#setMeta('epoch', epoch);
      this.#setMeta('acknowledged', '0');
    });
    this.#epoch = epoch;
    this.#acknowledged = 0;
    this.#last = this.#lastNumbered();
    this.#pending = this.#countPending();
  }

  rows(query: HistoryQuery): number[] {
    return findRows(this.#database, query);
  }

  body(row: number): string | undefined {
    return bodyOf(this.#database, row);
  }

  alert(id: string, user: string | undefined): string | undefined {
    return findAlert(this.#database, id, user);
  }

  total(user: string | undefined): number {
    return countAlerts(this.#database, user);
  }

  /** Deletes settled alerts beyond `keep`, the least severe and then the oldest first. Returns how many. */
  trim(keep: Amount): number {
    // Without an epoch nobody waits for these alerts: all of them are history.
    const settled = this.#epoch === undefined ? 'TRUE' : `state <> ${WAITING}`;
    return this.#transaction(() =>
      this.#run(
        `DELETE FROM alert WHERE row IN (SELECT row FROM (
           SELECT row, row_number() OVER worst AS place, sum(bytes) OVER worst AS size FROM alert WHERE ${settled}
           WINDOW worst AS (ORDER BY level DESC, row DESC)) WHERE place > ? OR size > ?)`,
        keep.rows,
        keep.bytes,
      ),
    );
  }

  /** Moves the log into the file and gives free pages back; the log keeps its size. */
  checkpoint(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(PASSIVE); PRAGMA incremental_vacuum(256)');
    } catch (error) {
      throw spoolFailure(this.file, error);
    }
  }

  close(): void {
    this.#database.close();
  }

  #transaction<T>(work: () => T): T {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite has rolled back already after some failures.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw spoolFailure(this.file, error);
    }
  }

  #countPending(): Amount {
    const found = this.#database
      .prepare(
        `SELECT count(*) AS rows, total(bytes) AS bytes FROM alert WHERE state = ${WAITING} AND seq IS NOT NULL`,
      )
      .get();
    return { rows: Number(found?.['rows']), bytes: Number(found?.['bytes']) };
  }

  #lastNumbered(): number {
    return Number(this.#database.prepare('SELECT max(seq) AS last FROM alert').get()?.['last'] ?? 0);
  }

  #meta(key: string): string | undefined {
    const found = this.#database.prepare('SELECT value FROM meta WHERE key = ?').get(key);
    return found && String(found['value']);
  }

  #setMeta(key: string, value: string): void {
    this.#run(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      key,
      value,
    );
  }

  #run(sql: string, ...values: (string | number)[]): number {
    return Number(this.#database.prepare(sql).run(...values).changes);
  }
}

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Alert } from '../../../../schema/alert.ts';
import type { AlertDocument, AlertPage, AlertQuery, AlertRow } from '../../../../schema/api.ts';
import { level } from '../../../../schema/primitives.ts';
import type { Batch, Settled } from '../store.ts';
import { guarded, transaction } from './database.ts';
import { alertColumns, alertRow, columns, type Row } from './rows.ts';

/** Rows that one search looks at before it answers with what it has; 50,000 narrow rows take about 30 ms. */
const SCAN = 50_000;
const PRUNE = 1000;

const insertAlert = `INSERT INTO alerts (${columns.join(', ')}) VALUES (${columns.map((name) => `:${name}`).join(', ')})
  ON CONFLICT (device, epoch, seq) DO NOTHING RETURNING *`;

const settledAbove = `SELECT seq FROM alerts WHERE device = ?1 AND epoch = ?2 AND seq > ?3
  UNION SELECT seq FROM refusals WHERE device = ?1 AND epoch = ?2 AND seq > ?3 ORDER BY seq`;

export class AlertTable {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #insertBody: StatementSync;
  readonly #insertRefusal: StatementSync;
  readonly #acknowledged: StatementSync;
  readonly #acknowledge: StatementSync;
  readonly #settledAbove: StatementSync;
  readonly #count: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(insertAlert);
    this.#insertBody = database.prepare('INSERT INTO bodies (position, alert) VALUES (?, ?)');
    this.#insertRefusal = database.prepare(
      'INSERT INTO refusals VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#acknowledged = database.prepare('SELECT acknowledged FROM epochs WHERE device = ? AND epoch = ?');
    this.#acknowledge = database.prepare(
      'INSERT INTO epochs VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET acknowledged = excluded.acknowledged',
    );
    this.#settledAbove = database.prepare(settledAbove);
    this.#count = database.prepare('UPDATE devices SET alerts = alerts + ? WHERE id = ?');
  }

  acknowledged(device: string, epoch: string): number {
    return guarded(() => Number(this.#acknowledged.get(device, epoch)?.['acknowledged'] ?? 0));
  }

  append(batches: readonly Batch[]): Settled[] {
    return transaction(this.#database, () => batches.map((batch) => this.#settle(batch)));
  }

  #settle(batch: Batch): Settled {
    const { device, epoch, received } = batch;
    const before = Number(this.#acknowledged.get(device, epoch)?.['acknowledged'] ?? 0);
    const stored: AlertRow[] = [];
    for (const { seq, alert } of batch.accepted) {
      const row = seq > before && this.#insert.get(alertColumns({ device, epoch, seq, received }, alert));
      if (!row) continue;
      this.#insertBody.run(Number(row['position']), JSON.stringify(alert));
      stored.push(alertRow(row as Row));
    }
    for (const { seq, reason } of batch.refused)
      if (seq > before) this.#insertRefusal.run(device, epoch, seq, received, reason);
    const acknowledged = this.#contiguous(device, epoch, before);
    if (acknowledged > before) this.#acknowledge.run(device, epoch, acknowledged);
    this.#count.run(stored.length, device);
    return { acknowledged, stored };
  }

  #contiguous(device: string, epoch: string, from: number): number {
    let last = from;
    for (const row of this.#settledAbove.iterate(device, epoch, from)) {
      if (Number(row['seq']) !== last + 1) break;
      last++;
    }
    return last;
  }

  page(query: AlertQuery): AlertPage {
    return guarded(() => {
      const edges = this.#database
        .prepare('SELECT min(position) AS low, max(position) AS high FROM alerts')
        .get();
      if (edges?.['high'] == null) return { alerts: [], latest: 0 };
      const before = Math.min(query.before ?? Infinity, Number(edges['high']) + 1);
      const floor = Math.max(before - SCAN, Number(edges['low']));
      const words = query.q.toLowerCase();
      const rows = this.#database
        .prepare(
          `SELECT * FROM alerts WHERE position < ? AND position >= ? AND level >= ? AND (? = '' OR instr(search, ?) > 0)
           ORDER BY position DESC LIMIT ?`,
        )
        .all(before, floor, level.options.indexOf(query.level ?? 'informational'), words, words, query.limit);
      const alerts = rows.map((row) => alertRow(row as Row));
      const reached = alerts.length === query.limit ? alerts.at(-1)?.position : floor;
      return {
        alerts,
        latest: Number(edges['high']),
        ...(reached !== undefined && reached > Number(edges['low']) && { next: reached }),
      };
    });
  }

  after(position: number, limit: number): AlertRow[] {
    const sql = 'SELECT * FROM alerts WHERE position > ? ORDER BY position LIMIT ?';
    return guarded(() => this.#database.prepare(sql).all(position, limit)).map((row) => alertRow(row as Row));
  }

  /** Where a device used an id twice, the first one stands: what was seen cannot be replaced. */
  find(device: string, id: string): AlertDocument | undefined {
    const sql = `SELECT received, alert FROM alerts JOIN bodies USING (position)
      WHERE device = ? AND id = ? ORDER BY position LIMIT 1`;
    const row = guarded(() => this.#database.prepare(sql).get(device, id));
    if (!row) return undefined;
    return { device, received: String(row['received']), alert: JSON.parse(String(row['alert'])) as Alert };
  }

  /** Removes at most `PRUNE` of the oldest alerts that were received before `keepFrom`. */
  prune(keepFrom: string): number {
    const sql = `DELETE FROM alerts WHERE position IN
      (SELECT position FROM (SELECT position, received FROM alerts ORDER BY position LIMIT ${PRUNE}) WHERE received < ?)`;
    return Number(guarded(() => this.#database.prepare(sql).run(keepFrom).changes));
  }
}

import type { DatabaseSync } from 'node:sqlite';
import type { DeviceQuery } from '../../../../schema/api.ts';
import type { Device, Enrolment, EnrolmentOutcome, Sighting } from '../store.ts';
import { guarded, transaction } from './database.ts';

type Row = Record<string, string | number | null>;

export class DeviceTable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  enrol(enrolment: Enrolment): EnrolmentOutcome {
    const { tokenHash, publicKey, now } = enrolment;
    return transaction(this.#database, () => {
      const token = this.#database
        .prepare(
          'SELECT used, public_key AS usedBy FROM tokens LEFT JOIN devices ON id = device WHERE hash = ? AND expires > ?',
        )
        .get(tokenHash, now) as Row | undefined;
      if (!token) return { refused: 'invalid' };
      if (token['used'] !== null && token['usedBy'] !== publicKey) return { refused: 'used' };
      const device = this.#deviceFor(enrolment);
      if (device['revoked'] !== null) return { refused: 'revoked' };
      this.#database
        .prepare('UPDATE tokens SET used = ?, device = ? WHERE hash = ? AND used IS NULL')
        .run(now, String(device['id']), tokenHash);
      return { device: String(device['id']) };
    });
  }

  /** The device that holds this key, made where there is none. */
  #deviceFor({ id, publicKey, now, host }: Enrolment): Row {
    this.#database
      .prepare(
        'INSERT INTO devices (id, public_key, enrolled, host) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      .run(id, publicKey, now, JSON.stringify(host));
    const found = this.#database
      .prepare('SELECT id, revoked FROM devices WHERE public_key = ?')
      .get(publicKey);
    if (!found) throw new Error('a device id was drawn twice');
    return found as Row;
  }

  find(id: string): Device | undefined {
    const row = guarded(() => this.#database.prepare('SELECT * FROM devices WHERE id = ?').get(id));
    return row && toDevice(row as Row);
  }

  list(query: DeviceQuery): { devices: (Device & { alerts: number })[]; total: number } {
    return guarded(() => {
      const where = "WHERE ? = '' OR instr(lower(host || ' ' || id), ?) > 0";
      const words = query.q.toLowerCase();
      const rows = this.#database
        .prepare(`SELECT * FROM devices ${where} ORDER BY coalesce(last_seen, enrolled) DESC LIMIT ?`)
        .all(words, words, query.limit) as Row[];
      const total = this.#database
        .prepare(`SELECT count(*) AS total FROM devices ${where}`)
        .get(words, words);
      return {
        devices: rows.map((row) => ({ ...toDevice(row), alerts: Number(row['alerts']) })),
        total: Number(total?.['total']),
      };
    });
  }

  revoke(id: string, now: string): boolean {
    const sql = 'UPDATE devices SET revoked = coalesce(revoked, ?) WHERE id = ?';
    return guarded(() => this.#database.prepare(sql).run(now, id).changes) === 1;
  }

  saw(sightings: readonly Sighting[]): void {
    const statement = this.#database.prepare(
      'UPDATE devices SET last_seen = ?, host = ?, heartbeat = coalesce(?, heartbeat) WHERE id = ?',
    );
    transaction(this.#database, () => {
      for (const { device: id, time, host, heartbeat } of sightings)
        statement.run(time, JSON.stringify(host), heartbeat ? JSON.stringify(heartbeat) : null, id);
    });
  }
}

function toDevice(row: Row): Device {
  return {
    id: String(row['id']),
    publicKey: String(row['public_key']),
    enrolled: String(row['enrolled']),
    ...(row['revoked'] !== null && { revoked: String(row['revoked']) }),
    ...(row['last_seen'] !== null && { lastSeen: String(row['last_seen']) }),
    // Both were validated before they were written.
    host: JSON.parse(String(row['host'])) as Device['host'],
    ...(row['heartbeat'] !== null && {
      heartbeat: JSON.parse(String(row['heartbeat'])) as NonNullable<Device['heartbeat']>,
    }),
  };
}

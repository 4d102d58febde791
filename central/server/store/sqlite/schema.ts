// Tables of the embedded store. A later version appends to `migrations`; `user_version` says how many have run.
import type { DatabaseSync } from 'node:sqlite';

const first = `
CREATE TABLE devices (
  id TEXT PRIMARY KEY, public_key TEXT NOT NULL UNIQUE, enrolled TEXT NOT NULL, revoked TEXT, last_seen TEXT,
  host TEXT NOT NULL, heartbeat TEXT, alerts INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX devices_by_last_seen ON devices (coalesce(last_seen, enrolled) DESC);

CREATE TABLE tokens (
  hash TEXT PRIMARY KEY, created TEXT NOT NULL, expires TEXT NOT NULL, used TEXT, device TEXT REFERENCES devices
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (hash TEXT PRIMARY KEY, expires TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- How far a device's spool is settled. It outlives the alerts, so that retention never makes a duplicate look new.
CREATE TABLE epochs (
  device TEXT NOT NULL REFERENCES devices, epoch TEXT NOT NULL, acknowledged INTEGER NOT NULL,
  PRIMARY KEY (device, epoch)
) STRICT, WITHOUT ROWID;

-- Narrow, because the list scans it; the document lies in bodies.
CREATE TABLE alerts (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  device TEXT NOT NULL REFERENCES devices, epoch TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
  time TEXT NOT NULL, received TEXT NOT NULL, level INTEGER NOT NULL, rule_id TEXT NOT NULL, rule_title TEXT NOT NULL,
  summary TEXT NOT NULL, host TEXT NOT NULL, user TEXT NOT NULL, tree TEXT,
  purl TEXT, package_name TEXT, package_version TEXT, secret_kind TEXT, secret_path TEXT, action TEXT NOT NULL,
  search TEXT NOT NULL,
  UNIQUE (device, epoch, seq)
) STRICT;
CREATE INDEX alerts_by_id ON alerts (device, id);
CREATE INDEX alerts_by_time ON alerts (time);
CREATE INDEX alerts_by_rule ON alerts (rule_id);
CREATE INDEX alerts_by_purl ON alerts (purl) WHERE purl IS NOT NULL;
CREATE INDEX alerts_by_host ON alerts (host, user);
CREATE INDEX alerts_by_tree ON alerts (tree) WHERE tree IS NOT NULL;

CREATE TABLE bodies (position INTEGER PRIMARY KEY REFERENCES alerts ON DELETE CASCADE, alert TEXT NOT NULL) STRICT;

CREATE TABLE refusals (
  device TEXT NOT NULL REFERENCES devices, epoch TEXT NOT NULL, seq INTEGER NOT NULL, received TEXT NOT NULL,
  reason TEXT NOT NULL, PRIMARY KEY (device, epoch, seq)
) STRICT, WITHOUT ROWID;
`;

const migrations: readonly string[] = [first];

/** Brings the tables up to date in one transaction each. Throws where a newer version wrote them. */
export function migrate(database: DatabaseSync): void {
  const row = database.prepare('PRAGMA user_version').get();
  const version = Number(row?.['user_version']);
  if (version > migrations.length)
    throw new Error(
      `the store was written by a newer version (its tables are at ${version}, known: ${migrations.length})`,
    );
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

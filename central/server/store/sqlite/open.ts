import type { Store } from '../store.ts';
import { AlertTable } from './alerts.ts';
import { CredentialTables } from './credentials.ts';
import { guarded, openDatabase } from './database.ts';
import { DeviceTable } from './devices.ts';

/** The embedded store in `file`. Throws `StoreUnavailable` where it cannot be opened. */
export function openSqliteStore(file: string): Store {
  const database = openDatabase(file);
  const devices = new DeviceTable(database);
  const alerts = new AlertTable(database);
  const credentials = new CredentialTables(database);

  return {
    enrol: async (enrolment) => devices.enrol(enrolment),
    device: async (id) => devices.find(id),
    devices: async (query) => devices.list(query),
    revoke: async (id, now) => devices.revoke(id, now),
    saw: async (sightings) => devices.saw(sightings),

    acknowledged: async (device, epoch) => alerts.acknowledged(device, epoch),
    append: async (batches) => alerts.append(batches),
    alerts: async (query) => alerts.page(query),
    alertsAfter: async (position, limit) => alerts.after(position, limit),
    alert: async (device, id) => alerts.find(device, id),

    addToken: async (token) => credentials.addToken(token),
    addSession: async (session) => credentials.addSession(session),
    session: async (hash, now) => credentials.session(hash, now),
    removeSession: async (hash) => credentials.removeSession(hash),

    upkeep: async (now, keepFrom) => {
      credentials.removeExpired(now);
      const removed = alerts.prune(keepFrom);
      guarded(() => database.exec('PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)'));
      return { alerts: removed };
    },
    close: async () => database.close(),
  };
}

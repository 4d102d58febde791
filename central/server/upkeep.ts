// Housekeeping of the store, once an hour: what has expired goes, the write-ahead log is folded back, alerts end after a year.
import { schedule } from 'node-cron';
import type { Log } from './log.ts';
import type { Store } from './store/store.ts';

const HOURLY = '17 * * * *';
const KEEP_DAYS = 366;
/** Calls of one run; each removes a bounded number of rows, and ingest goes on between them. */
const ROUNDS = 1000;

/** Returns what stops it. */
export function scheduleUpkeep(store: Store, log: Log): () => Promise<void> {
  const task = schedule(HOURLY, () => upkeep(store, log), {
    name: 'upkeep of the central store',
    noOverlap: true,
  });
  return async () => {
    await task.destroy();
  };
}

export async function upkeep(store: Store, log: Log, now: Date = new Date()): Promise<number> {
  const keepFrom = new Date(now.getTime() - KEEP_DAYS * 24 * 60 * 60 * 1000).toISOString();
  let removed = 0;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const { alerts } = await store.upkeep(now.toISOString(), keepFrom);
      removed += alerts;
      if (alerts === 0) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    log.debug({ removed }, 'upkeep is done');
  } catch (error) {
    log.warn({ err: error }, 'upkeep could not be done; it is tried again within the hour');
  }
  return removed;
}

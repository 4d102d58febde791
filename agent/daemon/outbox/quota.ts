// How full the spool may become before an alert of a level is turned away. An alert that was numbered is never taken
// back (the numbering has no holes), so room for severe alerts is kept free instead of made: low ones stop first.
import type { Level } from '../../../schema/primitives.ts';
import type { Amount } from './spool.ts';

/** Of what waits for the central collector. 256 MiB is weeks of alerts at a busy laptop, and bearable on its disk. */
export const PENDING_LIMIT: Amount = { rows: 50_000, bytes: 256 * 1024 * 1024 };
/** Of what was acknowledged and stays for `lifeguard alerts`. */
export const HISTORY_LIMIT: Amount = { rows: 10_000, bytes: 64 * 1024 * 1024 };
/** Of what waits in memory while the disk takes nothing. */
export const RING_LIMIT: Amount = { rows: 1_000, bytes: 8 * 1024 * 1024 };

const share: Readonly<Record<Level, number>> = {
  informational: 0.4,
  low: 0.5,
  medium: 0.7,
  high: 0.85,
  critical: 1,
};

/** Whether an alert of this level still has room beside what is pending. */
export function hasRoom(level: Level, pending: Amount, limit: Amount): boolean {
  return pending.rows < limit.rows * share[level] && pending.bytes < limit.bytes * share[level];
}

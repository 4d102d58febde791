import type { LossEvent } from '../../schema/event.ts';

/** Causes after which an open of a secret may have gone unseen or unreported. */
const credentialPaths = new Set(['held-open-queue-lost', 'queue-lost', 'watch-queue-lost', 'thread-lost']);
/** What there is now; the others count up from the start. */
const gauges = new Set([
  'processes',
  'directory-marks',
  'file-marks',
  'marks-refused',
  'directories-skipped',
  'entries-skipped',
  'unreadable-directories',
  'foreign-links',
  'write-marks',
]);

export interface Loss {
  readonly cause: string;
  readonly lost: number;
  readonly credentialPath: boolean;
}

/** Counters that go on over the lives of the thread, each of which begins at 0. */
export interface Tally {
  /** The counters of the current life as they are now; gives what was lost since. */
  update(counters: Readonly<Record<string, number>>): Loss[];
  /** One more of a cause that the main thread counts itself. */
  add(cause: string): Loss[];
  /** Call when a life ended. */
  close(): void;
  total(): Readonly<Record<string, number>>;
}

export function createTally(): Tally {
  let past: Readonly<Record<string, number>> = {};
  let current: Readonly<Record<string, number>> = {};
  function sum(cause: string): number {
    return (past[cause] ?? 0) + (current[cause] ?? 0);
  }
  function total(): Record<string, number> {
    const names = [...Object.keys(past), ...Object.keys(current)];
    return Object.fromEntries(names.map((cause) => [cause, sum(cause)]));
  }
  return {
    update(counters) {
      const before = current;
      current = counters;
      return Object.entries(counters).flatMap(([cause, value]) =>
        lossOf(cause, value - (before[cause] ?? 0)),
      );
    },
    add(cause) {
      past = { ...past, [cause]: (past[cause] ?? 0) + 1 };
      return lossOf(cause, 1);
    },
    close() {
      past = Object.fromEntries(Object.entries(total()).filter(([cause]) => !gauges.has(cause)));
      current = {};
    },
    total,
  };
}

function lossOf(cause: string, lost: number): Loss[] {
  if (lost <= 0 || !/-(lost|dropped)$/.test(cause)) return [];
  return [{ cause, lost, credentialPath: credentialPaths.has(cause) }];
}

/** The event that tells of it. */
export function lossEvent(loss: Loss, host: string, user: string, collector: string): LossEvent {
  const monotonic = Number(process.hrtime.bigint() / 1000n);
  return { kind: 'loss', ...loss, host, user, collector, time: new Date().toISOString(), monotonic };
}

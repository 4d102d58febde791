// Why something was not seen, not marked or not reported. A cause that ends in `-lost` or `-dropped` is a loss.
export const causes = [
  /** Held opens, and what became of them. */
  'held-opens',
  'denied-opens',
  'other-opens',
  'own-opens',
  /** Reported once a second, or not at all: see report.ts. */
  'repeated-opens',
  'ordinary-opens',
  'context-opens-unreported',
  'unknown-process-opens',
  'answer-errors',
  'verdict-errors',
  'held-open-queue-lost',
  /** Marks, and what could not be marked. */
  'directory-marks',
  'file-marks',
  'marks-refused',
  'directories-skipped',
  'files-skipped',
  'entries-skipped',
  'unreadable-directories',
  'foreign-links',
  'watch-queue-lost',
] as const;

/** What the last walk met, not a sum over all. */
export const ofTheLastWalk = [
  'marks-refused',
  'directories-skipped',
  'entries-skipped',
  'unreadable-directories',
  'foreign-links',
] as const satisfies readonly Cause[];

export type Cause = (typeof causes)[number];
export type Counters = Record<Cause, number>;

export function createCounters(): Counters {
  return Object.fromEntries(causes.map((cause) => [cause, 0])) as Counters;
}

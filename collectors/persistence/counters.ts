// What became of each change. A cause that ends in `-lost` is a loss.
export const causes = [
  'changes',
  /** By processes without a lineage, and by package code where it matters to nobody. */
  'ordinary-changes',
  /** In a directory that is no longer known, or under a name outside of those that are marked. */
  'elsewhere-changes',
  'repeated-changes',
  /** More than one tree may tell of in half a minute. */
  'changes-unreported',
  'write-queue-lost',
  'read-errors',
  /** What is marked now, and what could not be. */
  'write-marks',
  'write-marks-refused',
  'write-directories-skipped',
  'without-handles',
] as const;

export type Counters = Record<(typeof causes)[number], number>;

export function createCounters(): Counters {
  return Object.fromEntries(causes.map((cause) => [cause, 0])) as Counters;
}

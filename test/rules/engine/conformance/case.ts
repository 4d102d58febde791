import type { Fields } from '../sigma.ts';

/** What the specification says, a detection, an event, and whether it matches (or the code of the error). */
export type Case = readonly [says: string, detection: string, event: Fields, expected: boolean | string];

/** One detection against several values of the field `f`. */
export function values(
  says: string,
  detection: string,
  expectations: readonly (readonly [value: unknown, expected: boolean | string])[],
): readonly Case[] {
  return expectations.map(([value, expected]) => [
    `${says}: ${JSON.stringify(value)}`,
    detection,
    value === undefined ? {} : { f: value },
    expected,
  ]);
}

/** One event against several detections. */
export function detections(
  says: string,
  event: Fields,
  expectations: readonly (readonly [detection: string, expected: boolean | string])[],
): readonly Case[] {
  return expectations.map(([detection, expected]) => [
    `${says}: ${detection.trim().replace(/\s*\n\s*/g, ' ; ')}`,
    detection,
    event,
    expected,
  ]);
}

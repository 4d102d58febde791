import * as v from 'valibot';

/** The longest string that any event carries; longer ones are cut at the sensor (`truncate`). */
export const MAX_TEXT = 8192;
/** The longest file name that Linux accepts (PATH_MAX), which is also enough for macOS and Windows paths here. */
export const MAX_PATH = 4096;

export const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
export const path = v.pipe(v.string(), v.maxLength(MAX_PATH));
export const name = v.pipe(v.string(), v.maxLength(512));
/** ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const time = v.pipe(v.string(), v.isoTimestamp());
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535));

export const level = v.picklist(['informational', 'low', 'medium', 'high', 'critical']);
export type Level = v.InferOutput<typeof level>;

const order: readonly Level[] = level.options;

/** Negative when `a` is less severe than `b`, 0 when equal, positive when more severe. */
export function compareLevels(a: Level, b: Level): number {
  return order.indexOf(a) - order.indexOf(b);
}

/** Cuts `value` to `limit` UTF-16 units and marks the cut with an ellipsis. */
export function truncate(value: string, limit: number = MAX_TEXT): string {
  return value.length <= limit ? value : `${value.slice(0, limit - 1)}…`;
}

// Parts of a date as it is written. No time zone is converted, as the specification asks.
import type { TimePart } from '../rule/expression.ts';

const form = /^\s*(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2})?)?/;

/** Undefined where the text is no date, or has no time of day and one is asked for. */
export function timePart(text: string, part: TimePart): number | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute] = match
    .slice(1)
    .map((digits) => (digits ? Number(digits) : undefined));
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  if (part === 'week') return isoWeek(year, month, day);
  return { year, month, day, hour, minute }[part];
}

const DAY = 86_400_000;

/** The week of ISO 8601: week 1 holds the first Thursday of the year. */
function isoWeek(year: number, month: number, day: number): number {
  const date = Date.UTC(year, month - 1, day);
  const weekday = (new Date(date).getUTCDay() + 6) % 7;
  const thursday = date + (3 - weekday) * DAY;
  const first = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return Math.floor((thursday - first) / DAY / 7) + 1;
}

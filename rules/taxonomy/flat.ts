// One JSON object of Sigma field names; `logsource` says where it comes from, without it nothing is restricted.
import type { EventSource } from '../engine/event.ts';
import { JsonEvent } from './nested.ts';

/** Where the time of an event may stand, in this order; other spellings come last. */
const timeFields = ['@timestamp', 'UtcTime', 'timestamp', 'time', 'TimeCreated', 'EventTime'];
const otherTimeFields = new Set([
  'ts',
  'date',
  'datetime',
  'systemtime',
  'event_time',
  'eventtime',
  '_time',
  'utctime',
]);

export function flatEvent(object: Readonly<Record<string, unknown>>): JsonEvent {
  const { logsource, ...fields } = object;
  return new JsonEvent(fields, timeOf(fields), sourceOf(logsource));
}

function sourceOf(given: unknown): EventSource | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const entries = Object.entries(given).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  const { product, category, service } = Object.fromEntries(
    entries.map(([key, text]) => [key, text.toLowerCase()]),
  );
  return {
    ...(product === undefined ? {} : { product }),
    ...(category === undefined ? {} : { category }),
    ...(service === undefined ? {} : { service }),
  };
}

/** Milliseconds; 0 where the event tells no time. A text without a zone is UTC, a small number means seconds. */
export function timeOf(fields: Readonly<Record<string, unknown>>): number {
  for (const name of timeFields) {
    const time = parseTime(fields[name]);
    if (time !== undefined) return time;
  }
  for (const [name, value] of Object.entries(fields)) {
    const time = otherTimeFields.has(name.toLowerCase()) ? parseTime(value) : undefined;
    if (time !== undefined) return time;
  }
  return 0;
}

export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value < 1e11 ? value * 1000 : value;
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value.replace(' ', 'T')}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? undefined : time;
}

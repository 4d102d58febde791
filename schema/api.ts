// The console's API: what the central collector answers to its page and to `lifeguard login`. JSON over HTTP.
//
//   POST /api/sign-in {token, as}     a one-time token becomes a session
//   POST /api/sign-out                ends it
//   GET  /api/me                      the session, and how the central collector is
//   GET  /api/alerts?limit&before&level&q     newest arrival first
//   GET  /api/alerts/:device/:id      one alert, whole
//   GET  /api/devices?limit&q
//   GET  /api/stream?after            server-sent events: `alert` (AlertRow), `devices` (something changed there)
//
// A session is presented as `Authorization: Bearer SESSION`. Browsers present its two halves apart: one in an HttpOnly
// cookie, the other in the header KEY_HEADER. Cookies know no ports, so another server on this host is sent the
// cookie as well; the other half stays in the storage of this one origin.
import * as v from 'valibot';
import type { Alert } from './alert.ts';
import { count, level, name, time } from './primitives.ts';
import type { Heartbeat, HostInfo } from './wire.ts';

export const KEY_HEADER = 'x-lifeguard-key';
/** Most rows that one answer holds. */
export const MAX_ROWS = 500;

export const signIn = v.object({
  token: v.pipe(v.string(), v.maxLength(256)),
  /** `browser`: the cookie is set and `session` holds the other half; `bearer`: `session` is whole. */
  as: v.picklist(['browser', 'bearer']),
});

export const session = v.object({ session: v.pipe(v.string(), v.maxLength(256)), expires: time });
export type Session = v.InferOutput<typeof session>;

const rows = v.pipe(
  v.string(),
  v.regex(/^\d{1,4}$/),
  v.transform(Number),
  v.minValue(1),
  v.maxValue(MAX_ROWS),
);
const position = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));

export const alertQuery = v.object({
  limit: v.optional(rows, '100'),
  /** Position of the oldest row already known. */
  before: v.optional(position),
  /** Least level. */
  level: v.optional(level),
  /** Words in the sentence, rule, package, secret, host or user. */
  q: v.optional(v.pipe(v.string(), v.maxLength(200)), ''),
});
export type AlertQuery = v.InferOutput<typeof alertQuery>;

export const deviceQuery = v.object({
  limit: v.optional(rows, String(MAX_ROWS)),
  q: v.optional(v.pipe(v.string(), v.maxLength(200)), ''),
});
export type DeviceQuery = v.InferOutput<typeof deviceQuery>;

export const streamQuery = v.object({ after: v.optional(position) });

/** One line of the list. `position` orders rows by arrival, whatever the clock of a laptop says. */
export interface AlertRow {
  readonly position: number;
  readonly device: string;
  readonly id: string;
  readonly time: string;
  readonly received: string;
  readonly level: Alert['level'];
  readonly rule: { readonly id: string; readonly title: string };
  readonly summary: string;
  readonly host: string;
  readonly user: string;
  readonly package?: { readonly name: string; readonly version: string; readonly purl: string };
  readonly secret?: { readonly kind: string; readonly path: string };
  readonly action: Alert['response']['action'];
}

export interface AlertPage {
  readonly alerts: readonly AlertRow[];
  /** Pass it as `before` to look further back; absent at the end. A page may be short and still go on. */
  readonly next?: number;
  /** Position of the newest alert there is, whatever was asked for; 0 for none. Where a stream goes on. */
  readonly latest: number;
}

export interface AlertDocument {
  readonly device: string;
  readonly received: string;
  readonly alert: Alert;
}

export interface DeviceRow {
  readonly id: string;
  readonly enrolled: string;
  readonly revoked?: string;
  readonly lastSeen?: string;
  readonly connected: boolean;
  readonly host: HostInfo;
  readonly heartbeat?: Heartbeat;
  readonly alerts: number;
}

export interface DevicePage {
  readonly devices: readonly DeviceRow[];
  readonly total: number;
}

export const me = v.object({
  expires: time,
  central: v.object({
    version: name,
    started: time,
    connected: count,
    /** Refused at the door since the start, by wire error code. */
    refused: v.record(name, count),
  }),
});
export type Me = v.InferOutput<typeof me>;

export const apiError = v.object({ code: name, message: v.pipe(v.string(), v.maxLength(1024)) });
export type ApiError = v.InferOutput<typeof apiError>;

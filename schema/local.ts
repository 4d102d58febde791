// Between the agent and the commands on the same machine: HTTP over a UNIX socket. The kernel says who asks: a person
// sees the alerts of their own processes, root and the agent's own user see all.
//
//   GET  /status                       Status
//   GET  /alerts?since&limit&follow    alerts, one JSON object a line, oldest first: the newest `limit` (1000, at most
//                                      10,000) since the ISO time; with follow=1 then each new one as it comes
//   GET  /alerts/:id                   one alert
//   POST /homes {home}                 watches a directory of the caller's like a home while the connection stays open;
//                                      the first line of the answer comes when the sensors are armed there
//   POST /enroll {token}               {device}; root or the agent's own user only
//
// Anything but 200 has a LocalError as its body: E_FORBIDDEN, E_NOT_FOUND, E_BAD_REQUEST, E_TOO_LARGE, E_TOO_MANY, the
// codes of the wire protocol and E_TOKEN_INVALID, E_PIN_MISMATCH, E_CONNECTION of an enrolment, E_INTERNAL.
import * as v from 'valibot';
import { capability } from './capability.ts';
import { mode } from './policy.ts';
import { count, name, path, text, time } from './primitives.ts';

/** GET /status */
export const status = v.object({
  /** True once every available sensor is armed. */
  ready: v.boolean(),
  version: name,
  pid: count,
  startedAt: time,
  mode,
  host: name,
  device: v.optional(name),
  central: v.object({
    url: v.optional(text),
    state: v.picklist(['none', 'connecting', 'connected', 'refused']),
    detail: v.optional(text),
    /** Alerts that wait for an acknowledgement. */
    pending: count,
    acknowledged: count,
  }),
  homes: v.array(path),
  projects: count,
  rules: v.object({ loaded: count, broken: v.array(text) }),
  alerts: v.object({ total: count }),
  /** Lost, by cause: `outbox.full-low-dropped`, `secret-files.held-open-queue-lost`, … */
  drops: v.record(name, count),
  /** Everything that is counted, by cause, losses included. */
  counters: v.optional(v.record(name, count)),
  capabilities: v.array(capability),
  resources: v.object({ rss: count, cpuSeconds: v.number() }),
  /** Problems that a person should read: a refused configuration, a full disk, … newest last, at most 32. */
  warnings: v.array(text),
});
export type Status = v.InferOutput<typeof status>;

/** POST /homes (for `lifeguard simulate`) */
export const watchHome = v.object({ home: path });

/** POST /enroll */
export const enrollRequest = v.object({ token: text });

export const localError = v.object({ code: name, message: text });
export type LocalError = v.InferOutput<typeof localError>;

// Between the agent and the commands on the same machine: HTTP over a UNIX socket, JSON bodies, alerts as JSON lines.
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
  drops: v.record(name, count),
  capabilities: v.array(capability),
  resources: v.object({ rss: count, cpuSeconds: v.number() }),
  /** Problems that a person should read: a refused configuration, a full disk, … newest last, at most 32. */
  warnings: v.array(text),
});
export type Status = v.InferOutput<typeof status>;

/** POST /homes: watch this directory as a home while the connection stays open (for `lifeguard simulate`). */
export const watchHome = v.object({ home: path });

/** POST /enroll */
export const enrollRequest = v.object({ token: text });

export const localError = v.object({ code: name, message: text });
export type LocalError = v.InferOutput<typeof localError>;

// One observed fact, normalised; never a judgement. What a collector does not know it leaves out.
import * as v from 'valibot';
import { intelMatch, packageRef } from './package.ts';
import { count, name, path, port, text, time } from './primitives.ts';
import { processInfo } from './process.ts';
import { secretRef } from './secret.ts';

const observed = {
  time,
  /** Microseconds on the monotonic clock of this boot: orders events of one machine, survives a clock change. */
  monotonic: v.pipe(v.number(), v.minValue(0)),
  host: name,
  /** Login name of the process's or file's owner, `uid:1234` where it has none. */
  user: name,
  collector: name,
  process: v.optional(processInfo),
  /** The package whose code acted, or, in a package event, the one that changed. Set by enrichment. */
  package: v.optional(packageRef),
};

export const processEvent = v.object({
  kind: v.literal('process'),
  action: v.picklist(['fork', 'exec', 'exit']),
  exitCode: v.optional(v.pipe(v.number(), v.integer())),
  ...observed,
  process: processInfo,
});

export const fileEvent = v.object({
  kind: v.literal('file'),
  action: v.picklist(['open', 'write', 'create', 'delete', 'rename']),
  path,
  /** Previous name of a rename. */
  from: v.optional(path),
  secret: v.optional(secretRef),
  /** What the kernel was told about a held open. Absent when the event was only notified. */
  verdict: v.optional(v.picklist(['allowed', 'denied', 'would-deny'])),
  ...observed,
});

export const connectionEvent = v.object({
  kind: v.literal('connection'),
  direction: v.picklist(['outbound', 'inbound']),
  protocol: v.picklist(['tcp', 'udp']),
  address: name,
  port,
  /** Name that was resolved to this address, where a sensor saw it. */
  hostname: v.optional(name),
  verdict: v.optional(v.picklist(['allowed', 'denied', 'would-deny'])),
  ...observed,
});

export const dnsEvent = v.object({
  kind: v.literal('dns'),
  query: name,
  type: name,
  answers: v.pipe(v.array(name), v.maxLength(64)),
  ...observed,
});

export const packageEvent = v.object({
  kind: v.literal('package'),
  action: v.picklist(['added', 'removed', 'changed']),
  manager: v.optional(name),
  previousVersion: v.optional(name),
  /** Lifecycle scripts that the installed manifest declares: `postinstall` → command line. */
  scripts: v.optional(v.record(name, text)),
  /** Where it was asked for, when that is not the registry. */
  source: v.optional(v.picklist(['git', 'remote', 'file'])),
  /** How its manifest differs: from the index (`name`, `version`, `missing`), from the moment it arrived (`scripts`). */
  mismatch: v.optional(v.array(v.picklist(['name', 'version', 'missing', 'scripts']))),
  intel: v.optional(v.pipe(v.array(intelMatch), v.maxLength(16))),
  ...observed,
  package: packageRef,
});

export const shellEvent = v.object({
  kind: v.literal('shell'),
  shell: v.picklist(['bash', 'zsh', 'fish', 'powershell']),
  /** One history line; it leaves the machine only inside the evidence of a rule that matched it. */
  line: text,
  historyFile: path,
  ...observed,
});

/** A sensor lost events. On a credential path this is itself an alert. */
export const lossEvent = v.object({
  kind: v.literal('loss'),
  cause: name,
  lost: count,
  credentialPath: v.boolean(),
  ...observed,
});

export const event = v.variant('kind', [
  processEvent,
  fileEvent,
  connectionEvent,
  dnsEvent,
  packageEvent,
  shellEvent,
  lossEvent,
]);

export type ProcessEvent = v.InferOutput<typeof processEvent>;
export type FileEvent = v.InferOutput<typeof fileEvent>;
export type ConnectionEvent = v.InferOutput<typeof connectionEvent>;
export type DnsEvent = v.InferOutput<typeof dnsEvent>;
export type PackageEvent = v.InferOutput<typeof packageEvent>;
export type ShellEvent = v.InferOutput<typeof shellEvent>;
export type LossEvent = v.InferOutput<typeof lossEvent>;
export type Event = v.InferOutput<typeof event>;
export type EventKind = Event['kind'];

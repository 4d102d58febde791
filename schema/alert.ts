// An alert holds its evidence, so it can be judged without the laptop. Contract: docs/alert.md.
import * as v from 'valibot';
import { event } from './event.ts';
import { packageRef } from './package.ts';
import { level, name, path, port, text, time } from './primitives.ts';
import { lineageClass, processInfo } from './process.ts';
import { tier } from './secret.ts';

export const ruleRef = v.object({
  id: name,
  title: text,
  tactics: v.pipe(v.array(name), v.maxLength(32)),
  techniques: v.pipe(v.array(name), v.maxLength(32)),
  attackVersion: name,
});

export const response = v.object({
  action: v.picklist(['observed', 'denied', 'contained', 'terminated']),
  detail: text,
});
export type Response = v.InferOutput<typeof response>;

export const startedBy = v.object({
  kind: v.picklist(['terminal', 'ide', 'coding-agent', 'service', 'unknown']),
  image: v.optional(path),
  pid: v.optional(v.number()),
});
export type StartedBy = v.InferOutput<typeof startedBy>;

/** Why a rule matched: one entry per field that a selection tested and found. */
export const matchReason = v.object({ selection: name, field: name, value: text });
export type MatchReason = v.InferOutput<typeof matchReason>;

export const alert = v.object({
  id: v.pipe(v.string(), v.uuid()),
  time,
  level,
  rule: ruleRef,
  summary: text,
  package: v.optional(packageRef),
  /** Where a project's own runtime acted: every package that is new enough to be suspected, `package` among them. */
  suspects: v.optional(v.pipe(v.array(packageRef), v.maxLength(16))),
  tree: v.optional(v.object({ id: name, class: lineageClass, startedBy })),
  secret: v.optional(v.object({ group: name, kind: name, tier, path })),
  process: v.optional(v.omit(processInfo, ['lineage'])),
  destination: v.optional(v.object({ address: name, port, name: v.optional(name) })),
  response,
  reasons: v.pipe(v.array(matchReason), v.maxLength(64)),
  evidence: v.pipe(v.array(event), v.minLength(1), v.maxLength(64)),
  host: name,
  user: name,
});
export type Alert = v.InferOutput<typeof alert>;

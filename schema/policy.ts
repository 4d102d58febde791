// What package code may read. Looked up in the sensor's thread while the kernel holds the open: plain data, no code.
import * as v from 'valibot';
import { name } from './primitives.ts';
import { lineageClass } from './process.ts';
import { tier } from './secret.ts';

export const mode = v.picklist(['audit', 'protect']);
export type Mode = v.InferOutput<typeof mode>;

export const denyRule = v.object({
  classes: v.pipe(v.array(lineageClass), v.minLength(1)),
  tiers: v.pipe(v.array(tier), v.minLength(1)),
  /** Groups of the catalogue; absent: all. */
  groups: v.optional(v.array(name)),
});

export const policy = v.object({ mode, deny: v.array(denyRule) });
export type Policy = v.InferOutput<typeof policy>;

/** Package code (a lifecycle script, or code started from node_modules) may not read tier-A secrets. */
export const defaultPolicy: Policy = { mode: 'audit', deny: [{ classes: ['L', 'P'], tiers: ['A'] }] };

import * as v from 'valibot';
import { name, text } from './primitives.ts';

/** What a sensor can do here, proven by a self-test and not by configuration. */
export const capability = v.object({
  /** `see secret read`, `block secret read`, `see process start`, … : the words of the capability table. */
  name,
  collector: name,
  state: v.picklist(['yes', 'degraded', 'no']),
  /** Why it is not `yes`, in one sentence; what proved it where it is. */
  why: text,
  /** What to do about it, where something can be done. */
  remedy: v.optional(text),
});
export type Capability = v.InferOutput<typeof capability>;

import * as v from 'valibot';
import { name, path } from './primitives.ts';

/** A: alone an alert when package code opens it. B: correlated. C: context only. */
export const tier = v.picklist(['A', 'B', 'C']);
export type Tier = v.InferOutput<typeof tier>;

/** A catalogued place that was touched. */
export const secretRef = v.object({
  /** Row of the catalogue (rules/secrets), stable. */
  place: name,
  /** `ssh`, `cloud`, `browser`, `wallet-extension`, … */
  group: name,
  /** `private-key`, `credential`, `login-db`, … */
  kind: name,
  tier,
  path,
  /** Whether the reader is one the catalogue expects, by executable identity. */
  expectedReader: v.boolean(),
});
export type SecretRef = v.InferOutput<typeof secretRef>;

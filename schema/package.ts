import * as v from 'valibot';
import { name, path, text } from './primitives.ts';

export const confidence = v.picklist(['exact', 'probable', 'suspect']);
export type Confidence = v.InferOutput<typeof confidence>;

/** A package as it lies on disk, and why it is there. */
export const packageRef = v.object({
  name,
  version: name,
  /** Package URL, `pkg:npm/%40scope/name@version`. */
  purl: v.pipe(v.string(), v.maxLength(1024)),
  /** Lifecycle script that was running, where one was. */
  lifecycle: v.optional(name),
  directory: path,
  /** Root of the project that installed it. */
  project: v.optional(path),
  /** From the project's direct dependency to this package, names with versions; empty when unknown. */
  dependencyPath: v.pipe(v.array(name), v.maxLength(64)),
  confidence,
  /** `sha512-…` as the lockfile has it. */
  integrity: v.optional(name),
});
export type PackageRef = v.InferOutput<typeof packageRef>;

/** A threat-intelligence record that names this package and version. */
export const intelMatch = v.object({
  id: name,
  summary: text,
  source: name,
});
export type IntelMatch = v.InferOutput<typeof intelMatch>;

import * as v from 'valibot';
import { count, name, path, text, time } from './primitives.ts';

/** Where in a process tree package code runs. DESIGN: L lifecycle script, P package code, J project runtime, I IDE, G coding agent. */
export const lineageClass = v.picklist(['L', 'P', 'J', 'I', 'G']);
export type LineageClass = v.InferOutput<typeof lineageClass>;

export const packageManager = v.picklist(['npm', 'pnpm', 'yarn', 'bun']);
export type PackageManager = v.InferOutput<typeof packageManager>;

/** What a process is running for: the innermost package the sensor could name, as the kernel and the environment tell it. */
export const lineage = v.object({
  class: lineageClass,
  /** Names the outermost L or P root: `<boot id prefix>-<pid>-<start time in µs since boot>`. The grouping key of correlations. */
  tree: name,
  /** The innermost script: `postinstall`, `prepare`, … absent for P and J. */
  lifecycle: v.optional(name),
  /** Directory of the innermost package (it holds package.json). */
  packageDirectory: v.optional(path),
  packageName: v.optional(name),
  packageVersion: v.optional(name),
  /** Directory of the outer package where installs are nested. */
  outerPackageDirectory: v.optional(path),
  /** The directory in which the package manager was started (INIT_CWD or its working directory). */
  project: v.optional(path),
  manager: v.optional(packageManager),
  /** How the class was learnt. `environment` is exact; the others say what they rest on. */
  via: v.picklist(['environment', 'working-directory', 'script-path', 'inherited', 'runtime']),
});
export type Lineage = v.InferOutput<typeof lineage>;

export const ancestor = v.object({
  pid: count,
  startTime: time,
  image: path,
  commandLine: text,
});
export type Ancestor = v.InferOutput<typeof ancestor>;

/** A process at the time of an event. `pid` with `startTime` is unique on one boot. */
export const processInfo = v.object({
  ...ancestor.entries,
  workingDirectory: v.optional(path),
  /** Real user id; -1 where it could not be read. */
  uid: v.pipe(v.number(), v.integer(), v.minValue(-1)),
  /** Nearest first; at most 32. */
  ancestors: v.pipe(v.array(ancestor), v.maxLength(32)),
  lineage: v.optional(lineage),
});
export type ProcessInfo = v.InferOutput<typeof processInfo>;

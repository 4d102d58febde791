// What every lockfile dialect is read into. Parsers are pure: text in, packages out, or a LockfileError.
// Lockfiles come from whoever wrote the repository or the package: every size, depth and amount of work has a cap.
import type { PackageManager } from '../../../schema/process.ts';

/** Where a package was asked to come from; all but `registry` and `link` step around the registry. */
export type Source = 'registry' | 'git' | 'remote' | 'file' | 'link';

export interface LockedPackage {
  /** Relative to the project, `/` between segments; empty where the lockfile does not say. */
  directory: string;
  /** Its own name, which an alias hides. */
  readonly name: string;
  /** Empty where the lockfile does not say (a git or file dependency of some dialects). */
  version: string;
  readonly integrity: string;
  source: Source;
  /** Keys of the packages that it depends on. */
  dependencies: readonly string[];
}

export interface Lockfile {
  readonly manager: PackageManager;
  readonly packages: ReadonlyMap<string, LockedPackage>;
  /** Keys of what the project and its workspaces depend on themselves. */
  readonly direct: readonly string[];
  /** Entries that were left out because a name, version or path is not one. */
  readonly refused: number;
}

/** What package.json asks for: name → range, tag or URL. */
export type Wanted = ReadonlyMap<string, string>;

export type LockfileErrorCode =
  | 'E_LOCKFILE_SYNTAX'
  | 'E_LOCKFILE_SHAPE'
  | 'E_LOCKFILE_VERSION'
  | 'E_LOCKFILE_TOO_LARGE'
  | 'E_LOCKFILE_TOO_DEEP'
  | 'E_LOCKFILE_TOO_COMPLEX';

/** The only error that a parser throws. */
export class LockfileError extends Error {
  readonly code: LockfileErrorCode;

  constructor(code: LockfileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LockfileError';
    this.code = code;
  }
}

/** 64 MiB of text: the largest real ones are about 10. */
export const MAX_LOCKFILE = 64 * 1024 * 1024;
const MAX_PACKAGES = 200_000;
/** Ten times what the largest real ones (10,000 packages) need; one to two seconds of work. */
const MAX_STEPS = 1_500_000;

/** Counts the work done on one lockfile and ends it when it is more than any real one takes. */
export class Budget {
  #steps = MAX_STEPS;
  #packages = MAX_PACKAGES;

  step(cost = 1): void {
    this.#steps -= cost;
    if (this.#steps < 0)
      throw new LockfileError('E_LOCKFILE_TOO_COMPLEX', 'the lockfile takes more work than any real one');
  }

  package(): void {
    this.#packages -= 1;
    if (this.#packages < 0)
      throw new LockfileError('E_LOCKFILE_TOO_LARGE', `the lockfile has more than ${MAX_PACKAGES} packages`);
  }
}

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own property of an object read from a file: `__proto__` and `constructor` are names like any other. */
export function field(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

export function textField(fields: Fields, key: string): string {
  const value = field(fields, key);
  return typeof value === 'string' ? value : '';
}

/** The string-valued entries of a sub-object such as `dependencies`. */
export function* pairs(fields: Fields, key: string): Generator<[string, string]> {
  const value = field(fields, key);
  if (!isFields(value)) return;
  for (const [name, text] of Object.entries(value)) if (typeof text === 'string') yield [name, text];
}

// An exception: alerts that somebody answers for, for a reason, until a day, within a scope. Never by a package's name
// alone: a stolen name publishes the next version.
import type { Range } from './range.ts';

export interface Exception {
  readonly id: string;
  readonly owner: string;
  readonly reason: string;
  /** Milliseconds since 1970; from then on it does not hold. */
  readonly expires: number;
  /** Ids or names of rules; absent: any rule. */
  readonly rules: readonly string[] | undefined;
  /** Package URL without a version; always with `versions` or `integrity`. */
  readonly purl: string | undefined;
  readonly versions: Range | undefined;
  /** `sha512-…` as the lockfile has it. */
  readonly integrity: string | undefined;
  /** Kinds or groups of secrets, all that were touched must be among them. */
  readonly secrets: readonly string[] | undefined;
  /** Host names (`*.example.com`), addresses or networks, all that were contacted must be among them. */
  readonly destinations: readonly string[] | undefined;
  /** Directory of the project, itself or above it. */
  readonly project: string | undefined;
  readonly user: string | undefined;
  readonly file: string;
  readonly line: number;
}

/** What an exception is compared with: a match or a past alert in the same words. */
export interface Subject {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Id and name of the rule. */
  readonly rule: readonly string[];
  readonly package:
    | {
        readonly purl: string;
        readonly version: string;
        readonly integrity: string | undefined;
        readonly project: string | undefined;
      }
    | undefined;
  /** Of each secret that was touched its kind, group and place. */
  readonly secrets: readonly (readonly string[])[];
  /** Of each destination its address and, where it is known, its name. */
  readonly destinations: readonly (readonly string[])[];
  readonly user: string;
}

// What is known of a program when it starts: what it shows of itself, and where it stands in the tree.
import type { Lineage, PackageManager } from '../../schema/process.ts';
import type { Command } from './command.ts';
import type { ScriptEnvironment } from './environment.ts';
import type { ManagerIdentity } from './managers.ts';
import type { Files, Script } from './script.ts';

/** What /proc shows of a program that was just started. */
export interface Observation {
  readonly image: string;
  readonly words: readonly string[];
  readonly directory: string;
  /** Undefined where it could not be read in time. */
  readonly environment: ScriptEnvironment | undefined;
  /** Asked for shells alone. */
  readonly onTerminal: () => boolean;
}

/** Where it stands in the tree. */
export interface Position {
  /** Lineage before this exec: its own, or its parent's. */
  readonly inherited: Lineage | undefined;
  /** Identifies a tree of which this process is the root. */
  readonly tree: string;
  /** Set at the first exec of a child that a package manager forked. */
  readonly startedByManager: ManagerRole | undefined;
  /** Its first program was replaced before it was read: what stands in the environment may be package code's words. */
  readonly late: boolean;
  /** The nearest ancestor, where that is a package manager and nothing between has a lineage of its own. */
  readonly managerAbove: ManagerRole | undefined;
  /** An exec between that manager and this process could not be read. */
  readonly missedBetween: boolean;
  /** False for a process that ran before the tree began, or whose start was lost. */
  readonly witnessed: boolean;
}

export interface ManagerRole {
  readonly manager: PackageManager;
  /** Where it was started. */
  readonly directory: string;
  /** It runs scripts of other packages, as far as its arguments tell. */
  readonly installs: boolean;
  /** Not a package of some project that plays a package manager. */
  readonly trusted: boolean;
}

/** All of it, with the command line understood. */
export interface Case {
  readonly seen: Observation;
  readonly at: Position;
  readonly files: Files;
  readonly command: Command;
  readonly script: Script | undefined;
  readonly identity: ManagerIdentity | undefined;
  /** Other code may have been loaded before the script. */
  readonly preloads: boolean;
}

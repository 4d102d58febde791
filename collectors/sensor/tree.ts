// What the sensors of files ask of the lineage tree, inside the sensor's thread. Implemented by collectors/processes.
import type { ConnectionEvent, DnsEvent, FileEvent, ProcessEvent } from '../../schema/event.ts';
import type { Lineage, ProcessInfo } from '../../schema/process.ts';

/** An event as the sensor's thread makes it: host and user are added on the main thread, the user from `process.uid`. */
export type Observation =
  | Omit<ProcessEvent, 'host' | 'user'>
  | Omit<FileEvent, 'host' | 'user'>
  | Omit<ConnectionEvent, 'host' | 'user'>
  | Omit<DnsEvent, 'host' | 'user'>;
export type Emit = (observation: Observation) => void;

/** A live or lately dead process. Nodes point at their parent node, so ancestry survives exit, reparenting and pid reuse. */
export interface ProcessNode {
  readonly pid: number;
  readonly parent: ProcessNode | undefined;
  /** Executable as the kernel resolved it at the last exec (`/proc/PID/exe`), or '' where it was gone too soon. */
  readonly image: string;
  readonly lineage: Lineage | undefined;
  /**
   * Real path of the script that an interpreter runs, taken at exec. Absent for other programs, and where an option or a
   * variable (NODE_OPTIONS, LD_PRELOAD, …) may have loaded other code.
   */
  readonly mainScript?: string | undefined;
}

export interface ProcessTree {
  /** The node of a process that is alive now (it may be asleep in a held open). Reads /proc only for one it has never seen. */
  find(pid: number): ProcessNode | undefined;
  /** The same for a process that may have ended by now: nothing is read, and a pid that was given away is not taken for it. */
  recall(pid: number, start: number): ProcessNode | undefined;
  /** Who did something that is told only now: the process of this pid, or the one that had it last, where that has ended. */
  actor(pid: number): ProcessNode | undefined;
  /** The `tree` of every lineage that a running process has. Looks at all of them. */
  livingTrees(): ReadonlySet<string>;
  /** Everything an event carries about it. Called after the verdict is written, never before. */
  describe(node: ProcessNode): ProcessInfo;
}

/** What the kernel wrote down at an exec, for a program that was gone before it could be read in /proc. */
export interface RecordedExec {
  readonly filename: string;
  readonly words: readonly string[];
  /** The variables that attribution needs; undefined where they are the parent's. */
  readonly variables: ReadonlyMap<string, string> | undefined;
}

/** The last exec of this process; `start` in µs since boot, suspend included. */
export type RecallExec = (pid: number, start: number) => RecordedExec | undefined;

/** Something the worker's poll(2) waits on. `drain` reads until there is nothing left and never blocks. */
export interface Source {
  readonly fd: number;
  drain(): void;
  close(): void;
}

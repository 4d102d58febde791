// What the secret-file sensor asks of the lineage tree, inside the sensor's thread. Implemented by collectors/processes.
import type { FileEvent, ProcessEvent } from '../../schema/event.ts';
import type { Lineage, ProcessInfo } from '../../schema/process.ts';

/** An event as the sensor's thread makes it: host and user are added on the main thread, the user from `process.uid`. */
export type Observation = Omit<ProcessEvent, 'host' | 'user'> | Omit<FileEvent, 'host' | 'user'>;
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
  /** Everything an event carries about it. Called after the verdict is written, never before. */
  describe(node: ProcessNode): ProcessInfo;
}

/** Something the worker's poll(2) waits on. `drain` reads until there is nothing left and never blocks. */
export interface Source {
  readonly fd: number;
  drain(): void;
  close(): void;
}

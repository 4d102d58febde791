// The last exec of each process of a package tree, until it ends and a little longer.
import type { RecordedExec } from '../sensor/tree.ts';
import type { ExecRecord, Subject } from './records.ts';

const MAX_KEPT = 2048;
/** The start of a process as two sources tell it, µs. */
const SAME_START = 60_000;

export interface ExecMemory {
  keep(record: ExecRecord): void;
  /** The process ended; its exec is kept until there is no more room. */
  forget(subject: Subject): void;
  recall(pid: number, start: number): RecordedExec | undefined;
}

export function createExecMemory(): ExecMemory {
  const kept = new Map<number, { readonly start: number; readonly exec: RecordedExec }>();

  function put(pid: number, value: { start: number; exec: RecordedExec }): void {
    kept.delete(pid);
    kept.set(pid, value);
    if (kept.size <= MAX_KEPT) return;
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  }

  return {
    keep(record) {
      const exec = { filename: record.filename, words: record.arguments, variables: record.environment };
      put(record.pid, { start: Number(record.startNs / 1000n), exec });
    },
    /** Moved to the front of what gives way: nobody else can ask for it but a message that is still on its way. */
    forget({ pid }) {
      const value = kept.get(pid);
      if (value && kept.size > MAX_KEPT / 2) kept.delete(pid);
    },
    recall(pid, start) {
      const found = kept.get(pid);
      return found && Math.abs(found.start - start) <= SAME_START ? found.exec : undefined;
    },
  };
}

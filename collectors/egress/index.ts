// What package trees do beyond files, seen in the kernel: execs too short to be read in /proc, connections, names. Runs in the
// sensor's thread.
import { SystemCallError } from '../../platform/linux/libc.ts';
import { monotonicTime } from '../../platform/linux/procfs-boot.ts';
import type { ProcessInfo } from '../../schema/process.ts';
import type { Emit, ProcessTree, RecallExec, Source } from '../sensor/tree.ts';
import { createExecMemory } from './execs.ts';
import { createNames } from './names.ts';
import type { ConnectRecord, DnsRecord, Subject, TreeRecord } from './records.ts';
import { createRepeats } from './repeats.ts';
import { openPackageTrees, type PackageTreeSource } from './source.ts';

export interface Egress {
  /** Undefined where the kernel does not take the program; `failure` says why. */
  readonly source: Source | undefined;
  readonly failure?: { readonly code: string; readonly message: string };
  readonly recallExec: RecallExec;
  /** From now on connections and names are told, under the process that the tree knows. */
  report(tree: ProcessTree, emit: Emit): void;
  /** A connection to this port of 127.0.0.1 is told to `seen` alone: the self-test's. Undefined ends that. */
  expect(port: number | undefined, seen: (pid: number) => void): void;
  counters(): Readonly<Record<string, number>>;
}

/** Throws nothing. */
export function createEgress(): Egress {
  const execs = createExecMemory();
  const repeats = createRepeats();
  const names = createNames();
  const counts = { connections: 0, names: 0, 'repeated-connections': 0, 'process-unknown': 0, bytesSent: 0 };
  let expected: { port: number; seen: (pid: number) => void } | undefined;
  let told: { tree: ProcessTree; emit: Emit } | undefined;

  function take(record: TreeRecord): void {
    if (record.type === 'exec') execs.keep(record);
    else if (record.type === 'exit') execs.forget(record);
    else if (record.type === 'connect') connected(record);
    else if (record.type === 'dns') resolved(record);
    else if (record.type === 'close') counts.bytesSent += record.sent;
  }

  function connected(record: ConnectRecord): void {
    if (expected?.port === record.port && record.address === '127.0.0.1') {
      expected.seen(record.pid);
      return;
    }
    counts.connections++;
    const process = told && describe(told.tree, record);
    if (!told || !process) return;
    if (repeats.isRepeat(record)) {
      counts['repeated-connections']++;
      return;
    }
    const hostname = names.of(record.root, record.address);
    told.emit({
      kind: 'connection',
      ...observed(record),
      direction: 'outbound',
      protocol: record.protocol,
      address: record.address,
      port: record.port,
      ...(hostname !== undefined && { hostname }),
      verdict: record.verdict,
      process,
    });
  }

  function resolved(record: DnsRecord): void {
    const { message } = record;
    counts.names++;
    names.learn(record.root, message);
    // The question was told when it was asked; the answer only adds addresses to it.
    const process = told && !message.isAnswer && describe(told.tree, record);
    if (!told || !process) return;
    told.emit({
      kind: 'dns',
      ...observed(record),
      query: message.query,
      type: message.type,
      answers: message.answers.map(({ data }) => data),
      process,
    });
  }

  function describe(tree: ProcessTree, record: Subject): ProcessInfo | undefined {
    const node =
      tree.recall(record.pid, Number(record.startNs / 1000n)) ??
      tree.find(record.pid) ??
      tree.recall(record.root.pid, Number(record.root.startNs / 1000n));
    if (!node) counts['process-unknown']++;
    return node?.lineage && tree.describe(node);
  }

  const opened = open(take);
  return {
    source: 'fd' in opened ? opened : undefined,
    ...(!('fd' in opened) && { failure: opened }),
    recallExec(pid, start) {
      if ('fd' in opened) opened.drain();
      return execs.recall(pid, start);
    },
    report(tree, emit) {
      told = { tree, emit };
    },
    expect(port, seen) {
      expected = port === undefined ? undefined : { port, seen };
    },
    counters: () => ({ ...counts, ...('fd' in opened ? opened.counters() : {}) }),
  };
}

function observed(record: Subject): { collector: 'egress'; time: string; monotonic: number } {
  const monotonic = Number(record.timeNs / 1000n);
  const time = new Date(Date.now() - (monotonicTime() - monotonic) / 1000).toISOString();
  return { collector: 'egress', time, monotonic };
}

function open(take: (record: TreeRecord) => void): PackageTreeSource | { code: string; message: string } {
  try {
    return openPackageTrees(take);
  } catch (error) {
    const code = error instanceof SystemCallError ? error.code : 'E_BPF';
    return { code, message: error instanceof Error ? error.message : String(error) };
  }
}

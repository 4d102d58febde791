// What runs in the sensor's thread: the process tree, the secret files and the lasting writes, drained by one loop, under the kernel's kill timer.
import type { MessagePort } from 'node:worker_threads';
import { close } from '../../platform/linux/descriptor.ts';
import { createWake } from '../../platform/linux/eventfd.ts';
import { setThreadNice } from '../../platform/linux/priority.ts';
import { createKillTimer } from '../../platform/linux/timer.ts';
import { catalogue, writeCatalogue } from '../../rules/secrets/index.ts';
import type { Egress } from '../egress/index.ts';
import { createPersistence, type Persistence } from '../persistence/index.ts';
import { createSecretFiles, type SecretFiles } from '../secret-files/index.ts';
import { strikeOut, writeDown } from './belongings.ts';
import { createCommands } from './commands.ts';
import { createCounterReport } from './counting.ts';
import { failureOf } from './failure.ts';
import { DEADLINE, run } from './loop.ts';
import { createOutgoing, type Outgoing } from './outgoing.ts';
import type { Failure, SensorData } from './protocol.ts';
import type { Emit, ProcessTree, Source } from './tree.ts';

/** Ahead of what people run, so that a busy machine does not keep a held open waiting. */
const NICE = -10;

const NO_EGRESS: Failure = { code: 'E_ABSENT', message: 'this thread was started without it' };

/** What collectors/processes builds. */
export interface SensorTree extends ProcessTree {
  /** Undefined where the kernel gives no process events; `failure` says why. */
  readonly source: Source | undefined;
  readonly failure?: Failure | undefined;
  counters(): Readonly<Record<string, number>>;
}

export interface ThreadOptions {
  readonly data: SensorData;
  readonly port: MessagePort;
  readonly createTree: (emit: Emit) => SensorTree;
  readonly egress?: Egress;
  /** Waited on and drained besides the sensor's own. */
  readonly furtherSources?: readonly Source[];
}

/** Occupies the thread until it is told to stop. */
export function runThread({ data, port, createTree, egress, furtherSources = [] }: ThreadOptions): void {
  const shared = new Int32Array(data.shared);
  const outgoing = createOutgoing(port, shared);
  let persistence: Persistence | undefined;
  const tree = createTree((observation) => {
    outgoing.emit(observation);
    persistence?.noticed(observation);
  });
  const files = startSecretFiles(data, tree, outgoing);
  const writes = startPersistence(data, tree, outgoing);
  persistence = writes.started;
  egress?.report(tree, outgoing.emit);
  const egressFailure = egress ? egress.failure : NO_EGRESS;
  const sources = [
    ...(tree.source ? [tree.source] : []),
    ...(files.started?.sources ?? []),
    ...(persistence ? [persistence.source] : []),
    // After the process tree, which then knows the process that a connection belongs to.
    ...(egress?.source ? [egress.source] : []),
    ...furtherSources,
  ];
  const wakeFd = createWake();
  const timer = createKillTimer(DEADLINE);
  const report = createCounterReport(outgoing, () => {
    const sent = outgoing.counters();
    return {
      processes: { ...tree.counters(), ...sent.processes },
      'secret-files': { ...files.started?.counters(), ...sent['secret-files'] },
      egress: { ...egress?.counters(), ...sent.egress },
      persistence: { ...persistence?.counters(), ...sent.persistence },
    };
  });
  const commands = createCommands({ port, outgoing, report, files: files.started, egress, persistence });
  writeDown(
    shared,
    wakeFd,
    timer.id,
    sources.map(({ fd }) => fd),
  );
  setThreadNice(NICE);
  outgoing.notify({
    type: 'started',
    ...(tree.failure && { processes: tree.failure }),
    ...(files.failure && { secretFiles: files.failure }),
    ...(egressFailure && { egress: egressFailure }),
    ...(writes.failure && { persistence: writes.failure }),
  });
  try {
    run({
      sources,
      wakeFd,
      wind: timer.wind,
      woken: commands.obey,
      isStopped: commands.isStopped,
      work() {
        const busy = commands.work();
        outgoing.flush();
        report.due();
        return busy;
      },
    });
  } finally {
    strikeOut(shared);
    timer.stop();
    for (const source of sources) source.close();
    close(wakeFd);
    port.close();
  }
}

interface Started<Sensor> {
  readonly started?: Sensor;
  readonly failure?: Failure;
}

function startSecretFiles(data: SensorData, tree: SensorTree, outgoing: Outgoing): Started<SecretFiles> {
  try {
    const started = createSecretFiles({
      places: data.places ?? catalogue('linux'),
      ownPids: data.ownPids,
      tree,
      emit: outgoing.emit,
      unwatched: (path, code) => outgoing.notify({ type: 'unwatched', path, code }),
      decoyOpened: (pid, node) =>
        outgoing.notify({
          type: 'decoy-opened',
          pid,
          image: node?.image ?? '',
          parent: node?.parent?.pid ?? 0,
          forks: tree.counters()['forks'] ?? 0,
        }),
    });
    return { started };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

function startPersistence(data: SensorData, tree: SensorTree, outgoing: Outgoing): Started<Persistence> {
  try {
    const started = createPersistence({
      places: writeCatalogue('linux'),
      ownPids: data.ownPids,
      tree,
      emit: outgoing.emit,
      unwatched: (path, code) => outgoing.notify({ type: 'unwatched', path, code }),
      decoyWritten: (pid) => outgoing.notify({ type: 'expected-write', pid }),
    });
    return { started };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

import type { MessagePort } from 'node:worker_threads';
import { type CountersBySensor, cells, type Notice } from './protocol.ts';
import type { Emit, Observation } from './tree.ts';

/** Observations that may wait for who observes: process events first give way, opens of secrets long after. About 2 KB each. */
export const limits = { context: 4096, secrets: 32_768 } as const;
/** Observations in one message. */
const BATCH = 128;

export interface Outgoing {
  readonly emit: Emit;
  /** Sends what was emitted. Call once a turn. */
  flush(): void;
  /** Not bounded: for what is rare by its nature. */
  notify(notice: Notice): void;
  counters(): CountersBySensor;
}

/** The worker's side of the queue; how full it is stands in shared memory, so a stuck reader is noticed here. */
export function createOutgoing(port: MessagePort, shared: Int32Array): Outgoing {
  let batch: Observation[] = [];
  const dropped = {
    processes: { 'queue-dropped': 0 },
    'secret-files': { 'queue-lost': 0 },
    egress: { 'queue-dropped': 0 },
    persistence: { 'queue-dropped': 0 },
  };

  function flush(): void {
    if (batch.length === 0) return;
    port.postMessage({ type: 'observations', items: batch } satisfies Notice);
    batch = [];
  }

  return {
    emit(observation) {
      const isSecret = observation.kind === 'file' && observation.collector !== 'persistence';
      const outstanding = Atomics.load(shared, cells.outstanding);
      if (outstanding >= (isSecret ? limits.secrets : limits.context)) {
        if (isSecret) dropped['secret-files']['queue-lost']++;
        else dropped[contextOf(observation)]['queue-dropped']++;
        return;
      }
      Atomics.add(shared, cells.outstanding, 1);
      batch.push(observation);
      if (batch.length >= BATCH) flush();
    },
    flush,
    notify: (notice) => port.postMessage(notice),
    counters: () => dropped,
  };
}

function contextOf({ kind }: Observation): 'processes' | 'egress' | 'persistence' {
  if (kind === 'file') return 'persistence';
  return kind === 'process' ? 'processes' : 'egress';
}

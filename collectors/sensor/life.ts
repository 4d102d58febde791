// One life of the sensor's thread, seen from the main thread.
import { EventEmitter, setMaxListeners } from 'node:events';
import { writeSync } from 'node:fs';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { release } from './belongings.ts';
import { type Command, cells, createShared, type Notice, type SensorData } from './protocol.ts';

/**
 * Megabytes of the thread's heap. The tree and the secrets it remembers are bounded to far less; a thread that comes here dies
 * and is started again.
 */
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

const one = Buffer.alloc(8);
one.writeUInt8(1);

export type Notices = { [N in Notice as N['type']]: [N] };

export interface Life {
  readonly notices: EventEmitter<Notices>;
  send(command: Command): void;
  /** Says that an observation was taken from the queue. */
  taken(): void;
  /** Says that whatever was sent until now has been taken. */
  takenAll(): void;
  readonly stop: () => void;
  /** Aborts when the thread has ended and what it left is released; the reason is an Error unless it was told to stop. */
  readonly ended: AbortSignal;
}

/** What `script` gets as workerData: the sensor's data and the port that commands come through. */
export interface ThreadData {
  readonly data: SensorData;
  readonly port: MessagePort;
}

export function startLife(script: URL, data: Omit<SensorData, 'shared'>): Life {
  const buffer = createShared();
  const shared = new Int32Array(buffer);
  const { port1: port, port2 } = new MessageChannel();
  const notices = new EventEmitter<Notices>();
  const ended = new AbortController();
  // One listener for each change of the settings that is not walked yet.
  setMaxListeners(0, notices, ended.signal);
  let cause: Error | undefined;
  let isStopping = false;
  const worker = new Worker(script, {
    name: 'sensor',
    workerData: { data: { ...data, shared: buffer }, port: port2 },
    transferList: [port2],
    resourceLimits: HEAP,
  });

  function send(command: Command): void {
    port.postMessage(command);
    const wake = shared[cells.wake] ?? 0;
    if (wake > 0) writeSync(wake - 1, one);
  }

  function stop(): void {
    isStopping = true;
    send({ type: 'stop' });
  }

  port.on('message', (notice: Notice) => {
    notices.emit(notice.type, ...([notice] as never));
  });
  worker.on('error', (error) => {
    cause = error instanceof Error ? error : new Error(String(error));
  });
  worker.once('exit', (code) => {
    process.off('exit', stop);
    port.close();
    const why = isStopping ? undefined : (cause ?? new Error(`the sensor's thread ended with code ${code}`));
    void release(shared).then(() => ended.abort(why));
  });
  // A thread that waits in poll(2) would hold up the end of the process for the rest of its turn.
  process.once('exit', stop);
  return {
    notices,
    send,
    stop,
    taken: () => void Atomics.sub(shared, cells.outstanding, 1),
    takenAll: () => void Atomics.store(shared, cells.outstanding, 0),
    ended: ended.signal,
  };
}

// The two collectors of the sensor's thread, 'processes' and 'secret-files', as the daemon sees them.
import { once } from 'node:events';
import { createUsers } from '../../platform/users.ts';
import { catalogue, type SecretPlace } from '../../rules/secrets/index.ts';
import type { Event, LossEvent } from '../../schema/event.ts';
import type { Collector, CollectorContext } from '../collector.ts';
import { testSensor } from './canary.ts';
import { processCapabilities, secretFileCapabilities, type State } from './capabilities.ts';
import { type Life, startLife } from './life.ts';
import { createTally, type Loss, lossEvent } from './losses.ts';
import type { Notice } from './protocol.ts';
import { createQueue } from './queue.ts';
import { supervise } from './supervision.ts';
import type { Observation } from './tree.ts';

export interface LinuxSensorOptions {
  /** Runs in the thread; ours unless a test brings its own. */
  readonly script?: URL;
  readonly places?: readonly SecretPlace[];
}

export interface LinuxSensor {
  readonly processes: Collector;
  readonly secretFiles: Collector & {
    /** Walks all homes again, for what no notification told of. */
    rescan(): void;
  };
}

/** An event on its way, and the life of the thread that counts it as outstanding. */
interface Item {
  readonly event: Event;
  readonly from?: Life;
}

/** The thread starts with the first `observe`, serves both collectors, and ends when every observer's signal has aborted. */
export function createLinuxSensor(
  context: CollectorContext,
  { script = new URL('./worker.ts', import.meta.url), places = catalogue('linux') }: LinuxSensorOptions = {},
): LinuxSensor {
  const users = createUsers();
  const self = users.name(process.getuid?.() ?? -1);
  const tally = createTally();
  const armed = Promise.withResolvers<void>();
  const end = new AbortController();
  const waitingLosses = new Map<string, LossEvent>();
  const queues = { processes: createQueue<Item>(taken), 'secret-files': createQueue<Item>(taken) };
  let state: State = { is: 'starting' };
  let current: Life | undefined;
  let observers = 0;
  let ended: Promise<void> | undefined;

  function taken({ event, from }: Item): void {
    from?.taken();
    if (event.kind === 'loss') waitingLosses.delete(event.cause);
  }

  function start(): Life {
    const life = startLife(script, { places, ownPids: context.ownPids });
    current = life;
    life.notices.on('observations', ({ items }) => {
      for (const item of items) deliver(item, life);
    });
    life.notices.on('counters', ({ counters }) => tell(tally.update(counters)));
    life.notices.on('unwatched', ({ path, code }) => context.log('warn', 'not watched', { path, code }));
    return life;
  }

  function deliver(item: Observation, from: Life): void {
    const uid = item.process?.uid ?? -1;
    const event = { ...item, host: context.host, user: users.name(uid) } satisfies Event;
    queues[item.kind === 'file' ? 'secret-files' : 'processes'].push({ event, from });
  }

  /** A loss that nobody has taken yet is added to, so that losses cannot pile up themselves. */
  function tell(losses: readonly Loss[]): void {
    for (const loss of losses) {
      const waiting = waitingLosses.get(loss.cause);
      if (waiting) waiting.lost += loss.lost;
      else tellFirst(loss);
    }
  }

  function tellFirst(loss: Loss): void {
    const collector = loss.credentialPath ? 'secret-files' : 'processes';
    const event = lossEvent(loss, context.host, self, collector);
    waitingLosses.set(loss.cause, event);
    queues[collector].push({ event });
  }

  async function arm(life: Life): Promise<void> {
    const [{ processes, secretFiles }] = await arrival(life, 'started');
    const proof = secretFiles ? undefined : await armSecretFiles(life);
    state = { is: 'armed', processes, secretFiles, proof };
    armed.resolve();
  }

  async function armSecretFiles(life: Life) {
    const walked = arrival(life, 'walked');
    follow(life);
    await walked;
    return testSensor(life);
  }

  function follow(life: Life | undefined): void {
    life?.send({ type: 'follow', homes: context.homes(), policy: context.policy() });
  }

  function died(error: Error, restartIn: number | undefined): void {
    tally.close();
    tell(tally.add('thread-lost'));
    const what = restartIn === undefined ? 'died too often' : 'died and starts again';
    state = { is: 'dead', why: `the sensor ${what}: ${error.message}` };
    context.log('error', 'the sensor died', { why: error.message, stack: error.stack, restartIn });
    if (restartIn === undefined) armed.resolve();
  }

  function begin(): void {
    const forget = context.onChange(() => follow(current));
    ended = supervise({ start, arm, died }, end.signal).then(() => {
      forget();
      armed.resolve();
    });
  }

  function observe(name: keyof typeof queues, signal: AbortSignal): AsyncIterable<Event> {
    const items = queues[name].read(signal);
    if (observers++ === 0) begin();
    const leave = () => {
      if (--observers === 0) end.abort();
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return events(items);
  }

  /** Ends when the thread has, so that nothing is held any more. */
  async function* events(items: AsyncIterable<Item>): AsyncIterable<Event> {
    for await (const { event } of items) yield event;
    if (end.signal.aborted) await ended;
  }

  const counters = () => tally.total();
  return {
    processes: {
      name: 'processes',
      armed: armed.promise,
      capabilities: () => processCapabilities(state),
      counters: () => ({}),
      observe: (signal) => observe('processes', signal),
    },
    secretFiles: {
      name: 'secret-files',
      armed: armed.promise,
      capabilities: () => secretFileCapabilities(state, counters()),
      counters,
      observe: (signal) => observe('secret-files', signal),
      rescan: () => current?.send({ type: 'rescan' }),
    },
  };
}

async function arrival<T extends Notice['type']>(
  life: Life,
  type: T,
): Promise<[Extract<Notice, { type: T }>]> {
  return (await once(life.notices, type, { signal: life.ended })) as [Extract<Notice, { type: T }>];
}

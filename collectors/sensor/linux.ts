// The collectors of the sensor's thread as the daemon sees them.
import { createUsers } from '../../platform/users.ts';
import type { SecretPlace } from '../../rules/secrets/index.ts';
import type { Event } from '../../schema/event.ts';
import type { Collector, CollectorContext } from '../collector.ts';
import { createArming } from './arming.ts';
import {
  egressCapabilities,
  persistenceCapabilities,
  processCapabilities,
  secretFileCapabilities,
} from './capabilities.ts';
import { createDelivery } from './delivery.ts';
import { type Life, startLife } from './life.ts';
import { createTally } from './losses.ts';
import type { SensorName } from './protocol.ts';
import { supervise } from './supervision.ts';

export interface LinuxSensorOptions {
  /** Runs in the thread; ours unless a test brings its own. */
  readonly script?: URL;
  /** Instead of the catalogue. */
  readonly places?: readonly SecretPlace[];
}

export interface LinuxSensor {
  readonly processes: Collector;
  readonly egress: Collector;
  readonly persistence: Collector;
  readonly secretFiles: Collector & {
    /** Walks all homes again, for what no notification told of. */
    rescan(): void;
  };
}

const names = ['processes', 'secret-files', 'egress', 'persistence'] as const satisfies readonly SensorName[];

/**
 * The thread starts with the first `observe`, serves all of them, and ends when every observer's signal has aborted.
 * `armed` is for the homes of now: it is pending again after a change until the new homes are walked.
 */
export function createLinuxSensor(
  context: CollectorContext,
  { script = new URL('./worker.ts', import.meta.url), places }: LinuxSensorOptions = {},
): LinuxSensor {
  const tallies = {
    processes: createTally(),
    'secret-files': createTally(),
    egress: createTally(),
    persistence: createTally(),
  };
  const arming = createArming(context);
  const delivery = createDelivery(context.host, createUsers());
  const end = new AbortController();
  let current: Life | undefined;
  let observers = 0;
  let ended: Promise<void> | undefined;

  function start(): Life {
    const life = startLife(script, { places, ownPids: context.ownPids });
    current = life;
    life.notices.on('observations', ({ items }) => {
      for (const item of items) delivery.deliver(item, life);
    });
    life.notices.on('counters', ({ counters }) => {
      for (const name of names) delivery.tell(name, tallies[name].update(counters[name]));
    });
    life.notices.on('unwatched', ({ path, code }) => context.log('warn', 'not watched', { path, code }));
    return life;
  }

  function died(error: Error, restartIn: number | undefined): void {
    for (const name of names) tallies[name].close();
    delivery.tell('secret-files', tallies['secret-files'].add('thread-lost'));
    arming.died(error, restartIn);
    context.log('error', 'the sensor died', { why: error.message, stack: error.stack, restartIn });
  }

  function begin(): void {
    const forget = context.onChange(() => current && arming.follow(current));
    ended = supervise({ start, arm: arming.arm, died }, end.signal).then(() => {
      forget();
      arming.close();
    });
  }

  function observe(name: SensorName, signal: AbortSignal): AsyncIterable<Event> {
    const events = delivery.read(name, signal);
    if (observers++ === 0) begin();
    function leave(): void {
      current?.takenAll();
      if (--observers === 0) end.abort();
    }
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return untilEnded(events);
  }

  /** When the last observer's iteration ends, the thread has ended too, and nothing is held any more. */
  async function* untilEnded(events: AsyncIterable<Event>): AsyncIterable<Event> {
    yield* events;
    if (end.signal.aborted) await ended;
  }

  return {
    processes: {
      name: 'processes',
      get armed() {
        return arming.armed;
      },
      capabilities: () => processCapabilities(arming.state),
      counters: () => tallies.processes.total(),
      observe: (signal) => observe('processes', signal),
    },
    egress: {
      name: 'egress',
      get armed() {
        return arming.armed;
      },
      capabilities: () => egressCapabilities(arming.state),
      counters: () => tallies.egress.total(),
      observe: (signal) => observe('egress', signal),
    },
    persistence: {
      name: 'persistence',
      get armed() {
        return arming.armed;
      },
      capabilities: () => persistenceCapabilities(arming.state, tallies.persistence.total()),
      counters: () => tallies.persistence.total(),
      observe: (signal) => observe('persistence', signal),
    },
    secretFiles: {
      name: 'secret-files',
      get armed() {
        return arming.armed;
      },
      capabilities: () => secretFileCapabilities(arming.state, tallies['secret-files'].total()),
      counters: () => tallies['secret-files'].total(),
      observe: (signal) => observe('secret-files', signal),
      rescan: () => current?.send({ type: 'rescan' }),
    },
  };
}

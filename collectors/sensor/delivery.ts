// From the thread's observations to events for whoever observes.
import type { Users } from '../../platform/users.ts';
import type { Event, LossEvent } from '../../schema/event.ts';
import { createQueue } from '../queue.ts';
import type { Life } from './life.ts';
import { type Loss, lossEvent } from './losses.ts';
import type { SensorName } from './protocol.ts';
import type { Observation } from './tree.ts';

/** An event on its way, and the life of the thread that counts it as outstanding. */
interface Item {
  readonly event: Event;
  readonly from?: Life;
}

export interface Delivery {
  /** Adds host and user. */
  deliver(observation: Observation, from: Life): void;
  tell(name: SensorName, losses: readonly Loss[]): void;
  /** What comes from now on. What comes for a collector that nobody reads is passed over. */
  read(name: SensorName, signal: AbortSignal): AsyncIterable<Event>;
}

export function createDelivery(host: string, users: Users): Delivery {
  const self = users.name(process.getuid?.() ?? -1);
  // How much may wait is decided in the thread, by what it counts as outstanding.
  const unlimited = Number.POSITIVE_INFINITY;
  const queues = {
    processes: createQueue<Item>(unlimited),
    'secret-files': createQueue<Item>(unlimited),
    egress: createQueue<Item>(unlimited),
    persistence: createQueue<Item>(unlimited),
  };
  const read = new Set<SensorName>();
  const waiting = new Map<string, LossEvent>();

  function put(name: SensorName, item: Item): void {
    if (read.has(name)) queues[name].put(item);
    else taken(item);
  }

  function taken({ event, from }: Item): void {
    from?.taken();
    if (event.kind === 'loss') waiting.delete(`${event.collector}.${event.cause}`);
  }

  async function* take(name: SensorName, signal: AbortSignal): AsyncIterable<Event> {
    try {
      for await (const item of queues[name].drain(signal)) {
        taken(item);
        yield item.event;
      }
    } finally {
      read.delete(name);
    }
  }

  return {
    deliver(observation, from) {
      const user = users.name(observation.process?.uid ?? -1);
      put(collectorOf(observation), {
        event: { ...observation, host, user },
        from,
      });
    },
    /** A loss that nobody has taken yet is added to, so that losses cannot pile up themselves. */
    tell(name, losses) {
      for (const loss of losses) {
        const key = `${name}.${loss.cause}`;
        const before = waiting.get(key);
        if (before) before.lost += loss.lost;
        else {
          const event = lossEvent(loss, host, self, name);
          waiting.set(key, event);
          put(name, { event });
        }
      }
    },
    read(name, signal) {
      read.add(name);
      return take(name, signal);
    },
  };
}

function collectorOf({ kind, collector }: Observation): SensorName {
  if (kind === 'file') return collector === 'persistence' ? 'persistence' : 'secret-files';
  return kind === 'process' ? 'processes' : 'egress';
}

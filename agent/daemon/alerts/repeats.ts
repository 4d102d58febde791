// The same thing again within ten minutes is no new alert: it is counted, and the next alert says how often.
import { hash } from 'node:crypto';
import type { Match } from '../../../rules/index.ts';
import type { Event, FileEvent } from '../../../schema/event.ts';
import type { Counters } from '../counters.ts';

const WINDOW = 600_000;
const MAX_REMEMBERED = 4096;
/** Groups of the catalogue whose places are databases of many files: one place is one thing that was read. */
const STORES: ReadonlySet<string> = new Set([
  'browser',
  'wallet-extension',
  'pwmanager-extension',
  'wallet-desktop',
  'messaging',
]);

interface Memory {
  readonly until: number;
  repeats: number;
}

export class Repeats {
  readonly #counters: Counters;
  readonly #known = new Map<string, Memory>();

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Whether `match` is news at `now` (ms on any steady clock), and how often it was kept back since it last was. */
  check(match: Match, now: number): { news: boolean; repeats: number } {
    const key = identity(match);
    const known = this.#known.get(key);
    if (known !== undefined && now < known.until) {
      known.repeats += 1;
      this.#counters.add('alerts.repeated');
      return { news: false, repeats: known.repeats };
    }
    // Deleted first, so that the map stays in the order of expiry.
    this.#known.delete(key);
    this.#known.set(key, { until: now + WINDOW, repeats: 0 });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    return { news: true, repeats: known?.repeats ?? 0 };
  }
}

/** Rule, tree (else process) and the object: secret, destination, package, line. */
function identity({ rule, events }: Match): string {
  const last = events.at(-1);
  if (last === undefined) return rule.id;
  const { process } = last;
  const who = process?.lineage?.tree ?? (process ? `${process.pid}@${process.startTime}` : last.user);
  // A digest: what it is made of may be long, and there are many.
  return hash('sha256', [rule.id, who, objectOf(last, events.length)].join('\0'), 'base64url');
}

function objectOf(last: Event, events: number): string {
  switch (last.kind) {
    case 'file':
      // A harvest stays one alert while it goes on to further secrets.
      return events > 1 ? '' : `${last.action} ${secretOf(last)}`;
    case 'connection':
      return `${last.address} ${last.port}`;
    case 'dns':
      return last.query;
    case 'package':
      return `${last.package.directory} ${last.package.version}`;
    case 'shell':
      return last.line;
    case 'process':
      // `sh -c 'curl …'` and the curl it starts are one thing; so is what a tree does in a loop.
      return last.process.lineage ? '' : last.process.commandLine;
    case 'loss':
      break;
  }
  return last.cause;
}

function secretOf({ secret, path }: FileEvent): string {
  return secret && STORES.has(secret.group) ? secret.place : path;
}

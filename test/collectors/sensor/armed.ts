// A sensor that is armed on real directories, and the events it gives.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectorContext } from '../../../collectors/collector.ts';
import {
  createLinuxSensor,
  type LinuxSensor,
  type LinuxSensorOptions,
} from '../../../collectors/sensor/linux.ts';
import type { Event } from '../../../schema/event.ts';
import type { Mode } from '../../../schema/policy.ts';

/** Runs a tree that reads /proc; LIFEGUARD_TEST_CLASS in a process's environment is its class. */
export const procWorker = new URL('./proc-worker.ts', import.meta.url);

export interface Armed {
  readonly sensor: LinuxSensor;
  readonly events: readonly Event[];
  readonly log: readonly string[];
  /** The first event from now on (or already there) that `matches`; rejects after 5 s. */
  next<T extends Event>(matches: (event: Event) => event is T): Promise<T>;
  watch(homes: readonly string[]): void;
  setMode(mode: Mode): void;
  stop(): Promise<void>;
}

export interface ArmOptions extends LinuxSensorOptions {
  readonly homes: readonly string[];
  readonly mode?: Mode;
  readonly ownPids?: readonly number[];
}

export async function armSensor({
  homes,
  mode = 'protect',
  ownPids = [],
  ...options
}: ArmOptions): Promise<Armed> {
  let current = { homes, mode };
  const events: Event[] = [];
  const log: string[] = [];
  const waiting = new Set<() => void>();
  const changed = new Set<() => void>();
  const end = new AbortController();
  const context: CollectorContext = {
    host: 'test',
    homes: () => current.homes,
    projects: () => [],
    policy: () => ({ mode: current.mode, deny: [{ classes: ['L', 'P'], tiers: ['A'] }] }),
    onChange(listener) {
      changed.add(listener);
      return () => changed.delete(listener);
    },
    ownPids,
    log: (level, message, details) => log.push(`${level} ${message} ${JSON.stringify(details)}`),
  };
  const sensor = createLinuxSensor(context, { script: procWorker, ...options });
  const observing = [sensor.processes, sensor.secretFiles, sensor.persistence].map((collector) =>
    collect(collector.observe(end.signal)),
  );

  async function collect(source: AsyncIterable<Event>): Promise<void> {
    for await (const event of source) {
      events.push(event);
      for (const look of waiting) look();
    }
  }

  function change(next: Partial<typeof current>): void {
    current = { ...current, ...next };
    for (const listener of changed) listener();
  }

  await sensor.secretFiles.armed;
  return {
    sensor,
    events,
    log,
    next: (matches) => firstOf(events, waiting, matches),
    watch: (next) => change({ homes: next }),
    setMode: (next) => change({ mode: next }),
    async stop() {
      end.abort();
      await Promise.all(observing);
    },
  };
}

function firstOf<T extends Event>(
  events: readonly Event[],
  waiting: Set<() => void>,
  matches: (event: Event) => event is T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(look);
      reject(new Error(`no such event among ${events.length}: ${JSON.stringify(events.slice(-3))}`));
    }, 5000);
    function look(): void {
      const found = events.find(matches);
      if (!found) return;
      clearTimeout(timer);
      waiting.delete(look);
      resolve(found);
    }
    waiting.add(look);
    look();
  });
}

/** Why the kernel's part cannot be tested here, or undefined. */
export function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'fanotify is Linux';
  return process.getuid?.() === 0 ? undefined : 'fanotify permission events need root';
}

export interface Scratch extends Disposable {
  readonly path: string;
}

export function scratch(): Scratch {
  const path = mkdtempSync(join(tmpdir(), 'lifeguard-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

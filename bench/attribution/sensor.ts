// The sensor as the agent uses it, on one home.
import type { CollectorContext } from '../../collectors/collector.ts';
import { createLinuxSensor } from '../../collectors/sensor/linux.ts';
import { defaultPolicy } from '../../schema/policy.ts';
import type { FileEvent } from '../../schema/event.ts';

export interface Watching {
  /** Opens of secrets so far, in order. */
  readonly opens: readonly FileEvent[];
  counters(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** Resolves when the home is marked. Rejects where this machine cannot hold opens. */
export async function watchHome(home: string): Promise<Watching> {
  const opens: FileEvent[] = [];
  const end = new AbortController();
  const context: CollectorContext = {
    host: 'bench',
    homes: () => [home],
    projects: () => [],
    policy: () => defaultPolicy,
    onChange: () => () => {},
    ownPids: [process.pid],
    log: (level, message, details) => {
      if (level === 'warn' || level === 'error') console.error(level, message, details ?? '');
    },
  };
  const { processes, secretFiles } = createLinuxSensor(context);
  const reading = Promise.all([
    (async () => {
      for await (const event of secretFiles.observe(end.signal)) if (event.kind === 'file') opens.push(event);
    })(),
    (async () => {
      for await (const _ of processes.observe(end.signal));
    })(),
  ]);
  async function stop(): Promise<void> {
    end.abort();
    await reading;
  }
  await secretFiles.armed;
  const blind = [...processes.capabilities(), ...secretFiles.capabilities()].find(
    ({ state }) => state === 'no',
  );
  if (blind) {
    await stop();
    throw new Error(`the sensor cannot ${blind.name}: ${blind.why}`);
  }
  return { opens, counters: () => ({ ...processes.counters(), ...secretFiles.counters() }), stop };
}

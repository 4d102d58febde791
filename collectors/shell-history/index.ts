// Commands as the shells of each watched home write them to their histories. A line lives as long as its event.
import { createUsers } from '../../platform/users.ts';
import type { Capability } from '../../schema/capability.ts';
import type { ShellEvent } from '../../schema/event.ts';
import { truncate } from '../../schema/primitives.ts';
import type { Collector, CollectorContext } from '../collector.ts';
import { createQueue } from '../queue.ts';
import { provesItself } from './canary.ts';
import type { Canary } from './canary.ts';
import type { Entry } from './formats/format.ts';
import { createHistories } from './histories.ts';
import { historyFiles } from './places.ts';
import type { HistoryFile } from './places.ts';
import { watchHistories } from './watch.ts';
import type { HistoryWatch } from './watch.ts';

/** Five seconds of all that one file may bring. */
const QUEUE = 1_000;

/** `armed` is for the homes of now: it is pending again after a change until the histories of new homes are read. */
export function createShellHistoryCollector(context: CollectorContext): Collector {
  const queue = createQueue<ShellEvent>(QUEUE);
  const users = createUsers();
  const counts = new Map<string, number>();
  const unreadable = new Map<string, string>();
  const starting = Promise.withResolvers<void>();
  let armed = starting.promise;
  const histories = createHistories({
    entries: tell,
    lost: count,
    readable(file, why) {
      const known = unreadable.get(file.path);
      if (why === undefined) unreadable.delete(file.path);
      else unreadable.set(file.path, `~${file.path.slice(file.home.length)}: ${why}`);
      if (why !== undefined && known === undefined) count('unreadable-histories');
    },
  });
  let watch: HistoryWatch | undefined;
  let canary: Canary | undefined;
  let proof: number | string | undefined;
  let homes: readonly string[] = [];

  function count(cause: string, by = 1): void {
    counts.set(cause, (counts.get(cause) ?? 0) + by);
  }

  function tell(file: HistoryFile, entries: readonly Entry[], uid: number): void {
    for (const { line } of entries) {
      if (canary?.home === file.home) canary.line(line);
      else count(queue.put(shellEvent(file, line, uid)) ? 'lines' : 'lines-dropped');
    }
  }

  function shellEvent(file: HistoryFile, line: string, uid: number): ShellEvent {
    return {
      kind: 'shell',
      time: new Date().toISOString(),
      monotonic: Number(process.hrtime.bigint() / 1000n),
      host: context.host,
      user: users.name(uid),
      collector: 'shell-history',
      shell: file.shell,
      line: truncate(line),
      historyFile: file.path,
    };
  }

  async function followHome(home: string): Promise<void> {
    const files = historyFiles(home);
    await Promise.all(files.map((file) => histories.add(file)));
    watch?.add(home, files);
  }

  function leaveHome(home: string): void {
    watch?.remove(home);
    for (const { path } of historyFiles(home)) {
      histories.remove(path);
      unreadable.delete(path);
    }
  }

  async function followContext(): Promise<void> {
    const next = [...context.homes()];
    for (const home of homes) if (!next.includes(home)) leaveHome(home);
    const come = next.filter((home) => !homes.includes(home));
    homes = next;
    await Promise.all(come.map(followHome));
  }

  function place(next: Canary | undefined): void {
    if (canary) leaveHome(canary.home);
    canary = next;
    if (next) void followHome(next.home);
  }

  async function start(): Promise<() => void> {
    watch = watchHistories(
      (path) => {
        histories.changed(path);
        if (path === canary?.history) canary.watched();
      },
      (error) => {
        count('watch-errors');
        context.log('warn', 'a shell history cannot be watched', { error: String(error) });
      },
    );
    await followContext();
    const stop = context.onChange(() => {
      armed = Promise.all([starting.promise, followContext()]).then(() => undefined);
    });
    proof = await provesItself(place).catch((error: unknown) => String(error));
    return stop;
  }

  return {
    name: 'shell-history',
    get armed() {
      return armed;
    },
    capabilities: () => [capabilityOf(proof, homes.length, unreadable, counts.get('watch-errors') ?? 0)],
    counters: () => Object.fromEntries(counts),
    async *observe(signal) {
      const started = start().finally(starting.resolve);
      try {
        yield* queue.drain(signal);
      } finally {
        const stop = await started;
        stop();
        histories.close();
        await watch?.close();
      }
    },
  };
}

function capabilityOf(
  proof: number | string | undefined,
  homes: number,
  unreadable: ReadonlyMap<string, string>,
  watchErrors: number,
): Capability {
  const base = { name: 'see shell history', collector: 'shell-history' };
  if (proof === undefined) return { ...base, state: 'no', why: 'not armed yet' };
  if (typeof proof === 'string') return { ...base, state: 'no', why: `self-test: ${proof}` };
  const proven = `a canary's line was seen after ${Math.round(proof)} ms; ${homes} homes watched`;
  const [first] = unreadable.values();
  const gaps = [
    ...(first ? [`${unreadable.size} histories cannot be read (${first})`] : []),
    ...(watchErrors > 0 ? [`${watchErrors} watches failed`] : []),
  ];
  if (gaps.length === 0) return { ...base, state: 'yes', why: proven };
  const isDenied = [...unreadable.values()].some((why) => /: E(?:ACCES|PERM)$/.test(why));
  const remedy = isDenied ? { remedy: 'run the agent as root' } : {};
  return { ...base, state: 'degraded', why: `${gaps.join('; ')}; ${proven}`, ...remedy };
}

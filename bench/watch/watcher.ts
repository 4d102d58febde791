// One way of watching, in a process of its own so that its memory is its own: `node watcher.ts index|recursive PROJECT`.
// Says {ready}, then on `report` what it used and saw since.
import { readdirSync, readFileSync } from 'node:fs';
import { watch } from 'chokidar';
import { createNodeModulesCollector } from '../../collectors/node-modules/index.ts';

export interface Figures {
  readonly watches: number;
  readonly rssMiB: number;
  /** While the install ran, and until it was told of. */
  readonly peakRssMiB: number;
  readonly cpuMs: number;
  readonly events: number;
  /** Date.now() of the first and the last event. */
  readonly first: number;
  readonly last: number;
}

const [way, project] = process.argv.slice(2);
if (!project || (way !== 'index' && way !== 'recursive'))
  throw new Error('node watcher.ts index|recursive PROJECT');

let events = 0;
let first = 0;
let last = 0;
let peak = 0;

function saw(): void {
  events += 1;
  last = Date.now();
  first ||= last;
}

function rss(): number {
  return process.memoryUsage.rss() / 1024 / 1024;
}

async function watchIndex(root: string): Promise<void> {
  const collector = createNodeModulesCollector({
    host: 'bench',
    homes: () => [],
    projects: () => [root],
    policy: () => ({ mode: 'audit', deny: [] }),
    onChange: () => () => {},
    ownPids: [process.pid],
    log: () => {},
  });
  void (async () => {
    for await (const _ of collector.observe(new AbortController().signal)) saw();
  })();
  await collector.armed;
}

async function watchRecursively(root: string): Promise<void> {
  const watcher = watch(root, { ignoreInitial: true });
  watcher.on('all', saw);
  await new Promise<void>((resolve) => watcher.on('ready', resolve));
}

await (way === 'index' ? watchIndex(project) : watchRecursively(project));
globalThis.gc?.();
const before = { rss: rss(), cpu: process.cpuUsage() };
setInterval(() => (peak = Math.max(peak, rss())), 20);
process.on('message', () => {
  const { user, system } = process.cpuUsage(before.cpu);
  const peakRss = peak;
  globalThis.gc?.();
  const figures: Figures = {
    watches: watches(),
    rssMiB: rss() - before.rss,
    peakRssMiB: peakRss - before.rss,
    cpuMs: (user + system) / 1000,
    events,
    first,
    last,
  };
  process.send?.(figures);
});
process.send?.({ ready: true });

function watches(): number {
  return readdirSync('/proc/self/fdinfo')
    .map((descriptor) => {
      try {
        return readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8').match(/^inotify/gm)?.length ?? 0;
      } catch {
        return 0;
      }
    })
    .reduce((sum, count) => sum + count, 0);
}

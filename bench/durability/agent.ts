// An agent of the bench's own making: everything is real but the sensors, in whose place a feed counts upwards. Started
// over and over by main.ts, which kills it.
import * as v from 'valibot';
import { startDaemon } from '../../agent/daemon/daemon.ts';
import { createLog } from '../../agent/daemon/log.ts';
import type { Collector } from '../../collectors/collector.ts';
import { createQueue } from '../../collectors/queue.ts';
import type { FileEvent } from '../../schema/event.ts';
import { agentConfig } from '../../schema/config.ts';

// Without a first number nothing is fed: it only delivers what waits.
const [stateDir = '', first] = process.argv.slice(2);
/** Events at once, and the pause after them, ms: about 500 alerts a second. */
const BURST = 5;
const PAUSE = 10;

const queue = createQueue<FileEvent>(10_000);
const feed: Collector = {
  name: 'feed',
  armed: Promise.resolve(),
  capabilities: () => [],
  counters: () => ({}),
  observe: (signal) => queue.drain(signal),
};
const limitless = { informational: 1e9, low: 1e9, medium: 1e9, high: 1e9, critical: 1e9 };

await startDaemon({
  config: v.parse(agentConfig, { homes: [] }),
  stateDir,
  log: await createLog({ verbose: false, pretty: false }),
  createCollectors: () => [feed],
  budget: limitless,
});
process.send?.({ type: 'running' });

let number = Number(first);
if (first !== undefined)
  setInterval(() => {
    for (let count = 0; count < BURST; count += 1) queue.put(opened((number += 1)));
  }, PAUSE);

/** The open of a private key of that number by a lifecycle script. */
function opened(count: number): FileEvent {
  const path = `/bench/.ssh/${count}`;
  const time = new Date().toISOString();
  return {
    kind: 'file',
    action: 'open',
    path,
    secret: {
      place: 'ssh/ed25519',
      group: 'ssh',
      kind: 'private-key',
      tier: 'A',
      path,
      expectedReader: false,
    },
    verdict: 'allowed',
    time,
    monotonic: performance.now() * 1000,
    host: 'bench',
    user: 'bench',
    collector: 'feed',
    process: {
      pid: 1,
      startTime: time,
      image: '/usr/bin/node',
      commandLine: 'node postinstall.js',
      uid: 0,
      ancestors: [],
      lineage: {
        class: 'L',
        tree: 'bench-1',
        lifecycle: 'postinstall',
        packageDirectory: '/bench/node_modules/evil',
        packageName: 'evil',
        packageVersion: '1.0.1',
        via: 'environment',
      },
    },
  };
}

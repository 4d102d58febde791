// A home on disk and the collector that watches it.
import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Collector, CollectorContext } from '../../../collectors/collector.ts';
import { createShellHistoryCollector } from '../../../collectors/shell-history/index.ts';
import type { ShellEvent } from '../../../schema/event.ts';

export interface Watched {
  readonly home: string;
  readonly collector: Collector;
  /** Lines in the order in which they came, taken away by this call. Waits until `last` is among them. */
  readonly linesUntil: (last: string) => Promise<string[]>;
  readonly eventOf: (line: string) => ShellEvent;
  readonly setHomes: (homes: readonly string[]) => void;
  stop(): Promise<void>;
}

export async function watchHome(prepare: (home: string) => void = () => {}): Promise<Watched> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'lifeguard-shell-')));
  prepare(home);
  let homes: readonly string[] = [home];
  let onChange = (): void => {};
  const context: CollectorContext = {
    host: 'laptop',
    homes: () => homes,
    projects: () => [],
    policy: () => ({ mode: 'audit', deny: [] }),
    onChange(listener) {
      onChange = listener;
      return () => {};
    },
    ownPids: [process.pid],
    log: () => {},
  };
  const collector = createShellHistoryCollector(context);
  const abort = new AbortController();
  const seen: ShellEvent[] = [];
  let wake = (): void => {};
  const running = (async () => {
    for await (const event of collector.observe(abort.signal)) {
      assert.ok(event.kind === 'shell');
      seen.push(event);
      wake();
    }
  })();
  await collector.armed;
  let taken = 0;

  return {
    home,
    collector,
    async linesUntil(last) {
      const deadline = Date.now() + 8000;
      for (;;) {
        const lines = seen.slice(taken).map(({ line }) => line);
        if (lines.includes(last)) {
          taken = seen.length;
          return lines;
        }
        assert.ok(Date.now() < deadline, `${last} was not seen, but ${JSON.stringify(lines)}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, 200);
        });
      }
    },
    eventOf: (line) => seen.find((event) => event.line === line) ?? assert.fail(`no event of ${line}`),
    setHomes(next) {
      homes = next;
      onChange();
    },
    async stop() {
      abort.abort();
      await running;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

// A home on disk and the collector that watches its projects.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Collector, CollectorContext } from '../../../collectors/collector.ts';
import { createNodeModulesCollector } from '../../../collectors/node-modules/index.ts';
import type { NodeModulesOptions, ProjectInventory } from '../../../collectors/node-modules/index.ts';
import type { PackageEvent } from '../../../schema/event.ts';

export interface Home {
  readonly path: string;
  /** A directory below the home, made with these files. */
  readonly project: (name: string, files?: Record<string, string>) => string;
  readonly remove: () => void;
}

export function makeHome(): Home {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'lifeguard-packages-')));
  return {
    path,
    project(name, files = {}) {
      const directory = join(path, name);
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(join(directory, file, '..'), { recursive: true });
        writeFileSync(join(directory, file), text);
      }
      mkdirSync(directory, { recursive: true });
      return directory;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export interface Watching {
  readonly collector: Collector & ProjectInventory;
  /** Takes the events away that came until one has this `action name@version`; waits for it. */
  readonly until: (last: string) => Promise<PackageEvent[]>;
  /** Waits until the collector has looked at the project at least once. */
  readonly known: (project: string) => Promise<void>;
  readonly setHomes: (homes: readonly string[]) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export function told(event: PackageEvent): string {
  return `${event.action} ${event.package.name}@${event.package.version}`;
}

export async function watchProjects(
  homes: readonly string[],
  options: NodeModulesOptions = {},
): Promise<Watching> {
  let current = homes;
  let changed = (): void => {};
  const context: CollectorContext = {
    host: 'laptop',
    homes: () => current,
    projects: () => [],
    policy: () => ({ mode: 'audit', deny: [] }),
    onChange(listener) {
      changed = listener;
      return () => {};
    },
    ownPids: [process.pid],
    log: () => {},
  };
  const collector = createNodeModulesCollector(context, options);
  const abort = new AbortController();
  let events: PackageEvent[] = [];
  let wake = (): void => {};
  const running = (async () => {
    for await (const event of collector.observe(abort.signal)) {
      assert.ok(event.kind === 'package');
      events.push(event);
      wake();
    }
  })();
  await collector.armed;

  async function wait(what: string, isThere: () => boolean): Promise<void> {
    const deadline = Date.now() + 15_000;
    while (!isThere()) {
      assert.ok(
        Date.now() < deadline,
        `${what}: not within 15 s, but ${events.map(told).join(', ') || 'nothing'}`,
      );
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, 50);
      });
    }
  }

  return {
    collector,
    async until(last) {
      await wait(last, () => events.some((event) => told(event) === last));
      // Events of one look come together.
      await new Promise((resolve) => setTimeout(resolve, 100));
      const taken = events;
      events = [];
      return taken;
    },
    known: (project) =>
      wait(`a look at ${project}`, () => collector.inventories().some((one) => one.project === project)),
    async setHomes(next) {
      current = next;
      changed();
      await collector.armed;
    },
    async stop() {
      abort.abort();
      await running;
    },
  };
}

// Which packages each project on this machine has installed, and what changed. Reads indexes, never the packages' files.
import type { PackageEvent } from '../../schema/event.ts';
import type { Collector, CollectorContext } from '../collector.ts';
import { createQueue } from '../queue.ts';
import { createArrivals } from './arrivals.ts';
import { provesItself } from './canary.ts';
import type { Canary } from './canary.ts';
import { capabilityOf } from './capability.ts';
import { inventoryOf } from './inventory.ts';
import type { InstalledPackage, Inventory } from './inventory.ts';
import { createLooks } from './looks.ts';
import { tableOf } from './project.ts';
import type { Project } from './project.ts';
import { createProjects } from './projects.ts';
import { createRoster } from './roster.ts';
import { createSchedule } from './schedule.ts';
import { openSnapshot } from './snapshot.ts';
import type { Remembered } from './snapshot.ts';
import { watchIndexes } from './watch.ts';
import type { IndexWatch } from './watch.ts';

export { readInventory } from './inventory.ts';
export type { InstalledPackage, Inventory } from './inventory.ts';

/** Events that wait for the pipeline: the install of the largest projects brings about 3,000 at once. */
const QUEUE = 10_000;
/** An install writes its files within this time, ms. */
const SETTLE = 50;
/** bun writes no index: a pause this long in the arrival of folders is taken for the end of its install, ms. */
const QUIET = 750;

/** What is known of the projects, for attribution: from memory, at once. Projects and directories are absolute paths. */
export interface ProjectInventory {
  /** A package manager or a project's code was started in `directory`: its project is watched from now on. */
  noteProject(directory: string): void;
  /**
   * `project` may be any directory of the project. Code that runs where no project is known (npx, global installs) makes
   * its place one from now on.
   */
  find(project: string, packageDirectory: string, version?: string): InstalledPackage | undefined;
  /** Came or changed at `sinceMs` (ms since 1970) or later, newest first. */
  recentlyChanged(project: string, sinceMs: number): InstalledPackage[];
  /** The projects that are watched. */
  inventories(): Inventory[];
}

export interface NodeModulesOptions {
  /** Absolute path of a file that keeps the package sets across restarts; without it every start is a baseline. */
  readonly snapshotFile?: string;
}

/** `armed` is for the homes of now: it is pending again after a change until the new homes are searched for projects. */
export function createNodeModulesCollector(
  context: CollectorContext,
  { snapshotFile }: NodeModulesOptions = {},
): Collector & ProjectInventory {
  const projects = createProjects();
  const queue = createQueue<PackageEvent>(QUEUE);
  const arrivals = createArrivals();
  const counts = new Map<string, number>();
  const snapshot =
    snapshotFile === undefined ? undefined : openSnapshot(snapshotFile, remembered, onSnapshotError);
  const lookAt = createLooks({ context, arrivals, count, tell: (event) => queue.put(event), save, again });
  const schedule = createSchedule(async (root) => {
    const project = projects.get(root);
    if (project) await lookAt(project).catch((error: unknown) => onFailure(root, error));
  });
  const roster = createRoster({ context, projects, count, came: (root) => watch?.add(root), left });
  const starting = Promise.withResolvers<void>();
  let armed = starting.promise;
  let watch: IndexWatch | undefined;
  let canary: Canary | undefined;
  let proof: number | string | undefined;
  let snapshotFails = false;
  let watchLimitReached = false;

  function count(cause: string, by = 1): void {
    counts.set(cause, (counts.get(cause) ?? 0) + by);
  }

  /** What no file can cause: it must not end the collector. */
  function onFailure(root: string, error: unknown): void {
    count('look-errors');
    context.log('error', 'a project could not be looked at', { project: root, error: String(error) });
  }

  function again(root: string, delay: number): void {
    schedule.after(root, delay);
  }

  function save({ root, manager, installed }: Project): void {
    if (manager && installed) snapshot?.save({ root, manager, table: installed.text });
  }

  function* remembered(): Generator<Remembered> {
    for (const { root, manager, installed } of projects.all()) {
      if (manager && installed) yield { root, manager, table: installed.text };
    }
  }

  function onSnapshotError(error: unknown): void {
    count('snapshot-errors');
    if (!snapshotFails) context.log('warn', 'the package snapshot cannot be kept', { error: String(error) });
    snapshotFails = true;
  }

  function left(root: string): void {
    const manager = projects.get(root)?.manager;
    watch?.remove(root);
    schedule.forget(root);
    if (manager) snapshot?.save({ root, manager, table: '' });
  }

  function startWatch(): IndexWatch {
    return watchIndexes({
      changed(root, file) {
        if (canary?.root === root) canary.changed(file);
        else schedule.after(root, SETTLE);
      },
      arrived(root, parent, folder) {
        if (canary?.root === root) return;
        arrivals.note(root, parent, folder);
        if (projects.get(root)?.manager === 'bun') schedule.after(root, QUIET);
      },
      gone: (root) => roster.forget(root),
      failed(error) {
        count('watch-errors');
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code === 'ENOSPC' || code === 'EMFILE') watchLimitReached = true;
        context.log('warn', 'a project cannot be watched', { error: String(error) });
      },
    });
  }

  async function start(signal: AbortSignal): Promise<() => void> {
    watch = startWatch();
    const known = await snapshot?.load().catch(onSnapshotError);
    await roster.remember(known?.values() ?? []);
    // The homes of the start may be large; what is installed meanwhile is recognised by its age.
    void roster.follow(signal);
    const stop = context.onChange(() => {
      armed = Promise.all([starting.promise, roster.follow(signal)]).then(() => undefined);
    });
    proof = await provesItself(watch, (next) => (canary = next)).catch((error: unknown) => String(error));
    return stop;
  }

  function gaps(): string[] {
    return [
      ...(projects.refused > 0 ? [`${projects.refused} projects are too many to watch`] : []),
      ...(roster.isComplete ? [] : ['the homes hold more directories than are searched for projects']),
      ...(counts.has('watch-errors') ? [`${counts.get('watch-errors')} watches failed`] : []),
      ...(snapshotFails ? ['changes while the agent is off will not be seen'] : []),
    ];
  }

  function inventory(directory: string): Inventory | undefined {
    const project = projects.holding(directory);
    const table = project && tableOf(project);
    return project && table && inventoryOf(project.root, project.manager, table);
  }

  return {
    name: 'node-modules',
    get armed() {
      return armed;
    },
    capabilities: () => [capabilityOf({ proof, projects: projects.size, gaps: gaps(), watchLimitReached })],
    counters: () => ({
      ...Object.fromEntries(counts),
      ...(projects.refused > 0 ? { 'projects-refused': projects.refused } : {}),
      ...(arrivals.skipped() > 0 ? { 'manifests-skipped': arrivals.skipped() } : {}),
    }),
    async *observe(signal) {
      const started = start(signal).finally(starting.resolve);
      try {
        yield* queue.drain(signal);
      } finally {
        const stop = await started;
        stop();
        schedule.close();
        arrivals.close();
        await watch?.close();
        await snapshot?.settle();
      }
    },
    noteProject: (directory) => roster.note(directory),
    find(project, packageDirectory, version) {
      const found = (inventory(packageDirectory) ?? inventory(project))?.find(packageDirectory, version);
      if (!found) roster.note(ownerOf(packageDirectory));
      return found;
    },
    recentlyChanged: (project, sinceMs) => inventory(project)?.recentlyChanged(sinceMs) ?? [],
    inventories: () => [...projects.all()].flatMap(({ root }) => inventory(root) ?? []),
  };
}

/** The directory whose node_modules the package lies in: `/home/a/.npm/_npx/1f/node_modules/x` → `/home/a/.npm/_npx/1f`. */
function ownerOf(packageDirectory: string): string {
  const at = packageDirectory.replaceAll('\\', '/').indexOf('/node_modules/');
  return at > 0 ? packageDirectory.slice(0, at) : packageDirectory;
}

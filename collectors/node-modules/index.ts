// Which packages each project on this machine has installed, and what changed. Reads indexes, never the packages' files.
import { lstat } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';
import { createUsers } from '../../platform/users.ts';
import type { PackageEvent } from '../../schema/event.ts';
import type { Collector, CollectorContext } from '../collector.ts';
import { createQueue } from '../queue.ts';
import { createArrivals } from './arrivals.ts';
import { provesItself } from './canary.ts';
import type { Canary } from './canary.ts';
import { capabilityOf } from './capability.ts';
import { discoverProjects, projectAbove } from './discover.ts';
import { inventoryOf } from './inventory.ts';
import type { InstalledPackage, Inventory } from './inventory.ts';
import { LockfileError } from './lockfiles/lockfile.ts';
import { look, tableOf } from './project.ts';
import type { Project } from './project.ts';
import { createProjects } from './projects.ts';
import { ReadError } from './read.ts';
import { report } from './report.ts';
import { createSchedule } from './schedule.ts';
import { openSnapshot } from './snapshot.ts';
import type { Remembered } from './snapshot.ts';
import { Table } from './table.ts';
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
/** A file that is being written is read again after this many ms. */
const RETRIES = [200, 1000, 5000] as const;
const WIDTH = 8;
/** A directory that was looked at is not looked at again for this long, ms. */
const NOTED_FOR = 2_000;
const MAX_NOTED = 1_000;

/** What is known of the projects, for attribution: from memory, at once. Projects and directories are absolute paths. */
export interface ProjectInventory {
  /** A package manager or a project's code was started in `directory`: its project is watched from now on. */
  noteProject(directory: string): void;
  /** `project` may be any directory of the project. */
  find(project: string, packageDirectory: string, version?: string): InstalledPackage | undefined;
  /** From the project's direct dependency to the package, `name@version`; empty when it is not known. */
  dependencyPath(project: string, packageDirectory: string): readonly string[];
  /** Came or changed at `sinceMs` (ms since 1970) or later, newest first. */
  recentlyChanged(project: string, sinceMs: number): InstalledPackage[];
  /** The projects that are watched. */
  inventories(): Inventory[];
}

export interface NodeModulesOptions {
  /** Absolute path of a file that keeps the package sets across restarts; without it every start is a baseline. */
  readonly snapshotFile?: string;
}

export function createNodeModulesCollector(
  context: CollectorContext,
  options: NodeModulesOptions = {},
): Collector & ProjectInventory {
  const projects = createProjects();
  const queue = createQueue<PackageEvent>(QUEUE);
  const arrivals = createArrivals();
  const users = createUsers();
  const counts = new Map<string, number>();
  const attempts = new Map<string, number>();
  const noted = new Map<string, number>();
  const armedAt = Date.now();
  const armed = Promise.withResolvers<void>();
  const schedule = createSchedule(lookAt);
  const snapshot =
    options.snapshotFile === undefined
      ? undefined
      : openSnapshot(options.snapshotFile, remembered, onSnapshotError);
  let watch: IndexWatch | undefined;
  let canary: Canary | undefined;
  let proof: number | string | undefined;
  let snapshotFails = false;
  let watchLimitReached = false;
  let isScanComplete = true;

  function count(cause: string, by = 1): void {
    counts.set(cause, (counts.get(cause) ?? 0) + by);
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

  function follow(root: string, known?: Remembered): void {
    const added = projects.add(root);
    if (!added?.isNew) return;
    if (known) {
      added.project.manager = known.manager;
      added.project.installed = new Table(known.table);
    }
    watch?.add(root);
  }

  function forget(root: string): void {
    const project = projects.get(root);
    projects.remove(root);
    watch?.remove(root);
    schedule.forget(root);
    attempts.delete(root);
    if (project?.manager) snapshot?.save({ root, manager: project.manager, table: '' });
  }

  async function lookAt(root: string): Promise<void> {
    const project = projects.get(root);
    if (!project) return;
    const before = project.installed;
    try {
      const changes = await look(project, Date.now(), armedAt);
      attempts.delete(root);
      const after = project.installed;
      if (!after || after.text === before?.text) return;
      if (project.manager) snapshot?.save({ root, manager: project.manager, table: after.text });
      await tell(project, changes, { before: before ?? new Table(), after });
    } catch (error) {
      if (!(error instanceof LockfileError || error instanceof ReadError)) throw error;
      onUnreadable(root, error);
    }
  }

  async function tell(
    project: Project,
    changes: Awaited<ReturnType<typeof look>>,
    tables: { before: Table; after: Table },
  ): Promise<void> {
    const arrived = arrivals.take(project.root);
    const stats = await lstat(project.root).catch(() => undefined);
    const observer = { host: context.host, user: users.name(stats?.uid ?? -1) };
    for (let at = 0; at < changes.length; at += WIDTH) {
      const slice = changes.slice(at, at + WIDTH);
      const events = await Promise.all(
        slice.map((change) => report(project, change, tables, arrived, observer)),
      );
      for (const event of events) count(queue.put(event) ? `packages-${event.action}` : 'events-dropped');
    }
  }

  function onUnreadable(root: string, error: LockfileError | ReadError): void {
    const tried = attempts.get(root) ?? 0;
    attempts.set(root, tried + 1);
    const delay = RETRIES[tried];
    if (delay !== undefined) {
      schedule.after(root, delay);
      return;
    }
    count(`unreadable ${error.code}`);
    context.log('debug', 'a project index cannot be read', {
      project: root,
      code: error.code,
      error: error.message,
    });
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
      gone: forget,
      failed(error) {
        count('watch-errors');
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code === 'ENOSPC' || code === 'EMFILE') watchLimitReached = true;
        context.log('warn', 'a project cannot be watched', { error: String(error) });
      },
    });
  }

  async function remember(): Promise<void> {
    try {
      for (const [root, known] of (await snapshot?.load()) ?? []) {
        if ((await lstat(root).catch(() => undefined))?.isDirectory()) follow(root, known);
      }
    } catch (error) {
      onSnapshotError(error);
    }
  }

  async function discover(homes: readonly string[], signal: AbortSignal): Promise<void> {
    const scan = await discoverProjects(homes, signal);
    if (!signal.aborted) isScanComplete &&= scan.complete;
    if (scan.unreadable > 0) count('unreadable-directories', scan.unreadable);
    for (const root of scan.projects) follow(root);
  }

  /** Homes and projects come and go while we run; what was noted elsewhere stays. */
  function followContext(signal: AbortSignal): () => void {
    let homes: readonly string[] = [];
    function update(): void {
      const next = [...context.homes()];
      const left = homes.filter((home) => !next.includes(home));
      for (const { root } of projects.all()) if (left.some((home) => isWithin(root, home))) forget(root);
      for (const root of context.projects()) follow(resolve(root));
      const come = next.filter((home) => !homes.includes(home));
      homes = next;
      if (come.length > 0) void discover(come, signal);
    }
    update();
    return context.onChange(update);
  }

  async function note(directory: string): Promise<void> {
    const root = (await projectAbove(directory, context.homes())) ?? directory;
    if (resolve(root, '..') !== root && (await lstat(root).catch(() => undefined))?.isDirectory())
      follow(root);
  }

  async function start(signal: AbortSignal): Promise<() => void> {
    watch = startWatch();
    await remember();
    const stop = followContext(signal);
    proof = await provesItself(watch, (next) => (canary = next)).catch((error: unknown) => String(error));
    return stop;
  }

  const gaps = (): string[] => [
    ...(projects.refused > 0 ? [`${projects.refused} projects are too many to watch`] : []),
    ...(isScanComplete ? [] : ['the homes hold more directories than are searched for projects']),
    ...(counts.has('watch-errors') ? [`${counts.get('watch-errors')} watches failed`] : []),
    ...(snapshotFails ? ['changes while the agent is off will not be seen'] : []),
  ];

  return {
    name: 'node-modules',
    armed: armed.promise,
    capabilities: () => [capabilityOf({ proof, projects: projects.size, gaps: gaps(), watchLimitReached })],
    counters: () => ({
      ...Object.fromEntries(counts),
      ...(projects.refused > 0 ? { 'projects-dropped': projects.refused } : {}),
      ...(arrivals.dropped() > 0 ? { 'manifests-dropped': arrivals.dropped() } : {}),
    }),
    async *observe(signal) {
      const starting = start(signal);
      const settled = starting.then(
        () => armed.resolve(),
        () => armed.resolve(),
      );
      try {
        yield* queue.drain(signal);
      } finally {
        await settled;
        await starting.then((stop) => stop());
        schedule.close();
        arrivals.close();
        await watch?.close();
        await snapshot?.settle();
      }
    },
    noteProject(directory) {
      const now = performance.now();
      if (!isAbsolute(directory) || now - (noted.get(directory) ?? -Infinity) < NOTED_FOR) return;
      if (noted.size >= MAX_NOTED) noted.clear();
      noted.set(directory, now);
      void note(directory);
    },
    find: (project, packageDirectory, version) => inventory(project)?.find(packageDirectory, version),
    dependencyPath: (project, packageDirectory) =>
      inventory(project)?.find(packageDirectory)?.dependencyPath ?? [],
    recentlyChanged: (project, sinceMs) => inventory(project)?.recentlyChanged(sinceMs) ?? [],
    inventories: () => [...projects.all()].flatMap(({ root }) => inventory(root) ?? []),
  };

  function inventory(directory: string): Inventory | undefined {
    const project = projects.holding(directory);
    const table = project && tableOf(project);
    return project && table && inventoryOf(project.root, project.manager, table);
  }
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

// Which projects are watched: configured, found below the homes, remembered from before, or noted as installs happen.
import { lstat } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';
import type { CollectorContext } from '../collector.ts';
import { discoverProjects, projectAbove } from './discover.ts';
import type { Projects } from './projects.ts';
import type { Remembered } from './snapshot.ts';
import { Table } from './table.ts';

/** A directory that was looked at is not looked at again for this long, ms. */
const NOTED_FOR = 2_000;
const MAX_NOTED = 1_000;

export interface RosterOptions {
  readonly context: CollectorContext;
  readonly projects: Projects;
  /** A project is new. */
  readonly came: (root: string) => void;
  /** A project will not be watched any more. */
  readonly left: (root: string) => void;
  readonly count: (cause: string, by: number) => void;
}

export interface Roster {
  /** Takes up what a snapshot knows. */
  remember(known: Iterable<Remembered>): Promise<void>;
  /** Homes and projects of now; resolves when the homes that came were searched. */
  follow(signal: AbortSignal): Promise<void>;
  /** A package manager or a project's code was started in this directory. */
  note(directory: string): void;
  forget(root: string): void;
  readonly isComplete: boolean;
}

export function createRoster({ context, projects, came, left, count }: RosterOptions): Roster {
  const noted = new Map<string, number>();
  let homes: readonly string[] = [];
  let isComplete = true;

  function add(root: string, known?: Remembered): void {
    const added = projects.add(root);
    if (!added?.isNew) return;
    if (known) {
      added.project.manager = known.manager;
      added.project.installed = new Table(known.table);
    }
    came(root);
  }

  function forget(root: string): void {
    left(root);
    projects.remove(root);
  }

  async function discover(come: readonly string[], signal: AbortSignal): Promise<void> {
    const scan = await discoverProjects(come, signal);
    if (!signal.aborted && !scan.complete) isComplete = false;
    if (scan.unreadable > 0) count('unreadable-directories', scan.unreadable);
    for (const root of scan.projects) add(root);
  }

  async function noteNow(directory: string): Promise<void> {
    const root = (await projectAbove(directory, context.homes())) ?? directory;
    if (resolve(root, '..') !== root && (await isDirectory(root))) add(root);
  }

  return {
    async remember(known) {
      for (const project of known) if (await isDirectory(project.root)) add(project.root, project);
    },
    async follow(signal) {
      const next = [...context.homes()];
      const gone = homes.filter((home) => !next.includes(home));
      for (const { root } of projects.all()) if (gone.some((home) => isWithin(root, home))) forget(root);
      for (const root of context.projects()) add(resolve(root));
      const come = next.filter((home) => !homes.includes(home));
      homes = next;
      await discover(come, signal);
    },
    note(directory) {
      const now = performance.now();
      if (!isAbsolute(directory) || now - (noted.get(directory) ?? -Infinity) < NOTED_FOR) return;
      if (noted.size >= MAX_NOTED) noted.clear();
      noted.set(directory, now);
      void noteNow(directory);
    },
    forget,
    get isComplete() {
      return isComplete;
    },
  };
}

async function isDirectory(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

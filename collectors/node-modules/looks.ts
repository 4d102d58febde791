// Looks at one project, keeps what it found, and tells what changed.
import { lstat } from 'node:fs/promises';
import { createUsers } from '../../platform/users.ts';
import type { PackageEvent } from '../../schema/event.ts';
import type { CollectorContext } from '../collector.ts';
import type { Arrivals } from './arrivals.ts';
import type { Change } from './diff.ts';
import { LockfileError } from './lockfiles/lockfile.ts';
import { look } from './project.ts';
import type { Project } from './project.ts';
import { ReadError } from './read.ts';
import { report } from './report.ts';
import { Table } from './table.ts';

/** A file that is being written is read again after this many ms. */
const RETRIES = [200, 1000, 5000] as const;
/** Manifests that are read at once. */
const WIDTH = 8;

export interface LooksOptions {
  readonly context: CollectorContext;
  readonly arrivals: Arrivals;
  /** False when the event was dropped. */
  tell(event: PackageEvent): boolean;
  save(project: Project): void;
  again(root: string, delay: number): void;
  count(cause: string): void;
}

/** Gives the function that looks; it never rejects for what stands in the project's files. */
export function createLooks(options: LooksOptions): (project: Project) => Promise<void> {
  const { context, arrivals } = options;
  const startedAt = Date.now();
  const users = createUsers();
  const attempts = new WeakMap<Project, number>();

  async function tell(
    project: Project,
    changes: readonly Change[],
    before: Table,
    after: Table,
  ): Promise<void> {
    const arrived = arrivals.take(project.root);
    const stats = await lstat(project.root).catch(() => undefined);
    const observer = { host: context.host, user: users.name(stats?.uid ?? -1) };
    for (let at = 0; at < changes.length; at += WIDTH) {
      const slice = changes.slice(at, at + WIDTH);
      const events = await Promise.all(
        slice.map((change) => report(project, change, { before, after }, arrived, observer)),
      );
      for (const event of events)
        options.count(options.tell(event) ? `packages-${event.action}` : 'events-dropped');
    }
  }

  function onUnreadable(project: Project, error: LockfileError | ReadError): void {
    const tried = attempts.get(project) ?? 0;
    attempts.set(project, tried + 1);
    const delay = RETRIES[tried];
    if (delay !== undefined) {
      options.again(project.root, delay);
      return;
    }
    attempts.delete(project);
    options.count(`unreadable ${error.code}`);
    context.log('debug', 'a project index cannot be read', {
      project: project.root,
      code: error.code,
      error: error.message,
    });
  }

  return async (project) => {
    const before = project.installed;
    try {
      const changes = await look(project, Date.now(), startedAt);
      attempts.delete(project);
      const after = project.installed;
      if (!after || after.text === before?.text) return;
      options.save(project);
      await tell(project, changes, before ?? new Table(), after);
    } catch (error) {
      if (!(error instanceof LockfileError || error instanceof ReadError)) throw error;
      onUnreadable(project, error);
    }
  };
}

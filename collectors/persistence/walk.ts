// Marks the directories of a root in which a place may be written, and goes on as directories turn up. In slices of 2 ms: the
// same thread answers held opens.
import type { InodeKey } from '../../platform/linux/changes.ts';
import { eachName, entryAt } from '../sensor/entry.ts';
import { enter, holdsPlaces } from '../sensor/plan.ts';
import type { ProcessNode } from '../sensor/tree.ts';
import type { Counters } from './counters.ts';
import type { Marks, Root, Visit } from './marks.ts';

/** Directories that wait to be walked. */
const MAX_QUEUE = 8192;
/** Milliseconds of one slice. */
const SLICE = 2;

/** Who may have written what lies there already: since it began, nobody had looked. */
export interface Maker {
  readonly node: ProcessNode;
  /** Milliseconds since 1970; what was changed before is not its work. */
  readonly since: number;
}

interface Step extends Visit {
  readonly maker: Maker | undefined;
}

export interface Walk {
  /** Walks a root from its own directory. */
  begin(visit: Visit, maker?: Maker): void;
  /** A name turned up in a marked directory. */
  examine(directory: InodeKey, name: string, maker: Maker | undefined): void;
  /** Goes on for 2 ms. True while there is more to do. */
  proceed(): boolean;
  /** Nothing below this root is walked any more. */
  end(root: Root): void;
}

/** `found` is told of files that were there before their directory was marked. */
export function createWalk(
  marks: Marks,
  counters: Counters,
  found: (path: string, maker: Maker) => void,
): Walk {
  const queue = new Set<Step>();

  /** A race with a removal, or a directory that cannot be read, ends here: what can be marked is. */
  function quietly(action: () => void): void {
    try {
      action();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') counters['read-errors']++;
    }
  }

  function enqueue(step: Step): void {
    if (queue.size < MAX_QUEUE) queue.add(step);
    else counters['write-directories-skipped']++;
  }

  function walkInto(step: Step): void {
    const { root, level, maker } = step;
    const writes = root.interest === 'writes' && holdsPlaces(level);
    const marked = marks.directory(
      step,
      root.interest === 'deletions' ? 'deletions' : writes ? 'writes' : 'names',
    );
    if (!marked) return;
    eachName(step.path, (name) => look(step, name, maker));
  }

  function look(parent: Visit, name: string, maker: Maker | undefined): void {
    const { file, level } = enter(parent.level, name);
    if (file === 'no' && level.length === 0) return;
    const path = parent.path === '/' ? `/${name}` : `${parent.path}/${name}`;
    quietly(() => {
      const entry = entryAt(path);
      if (entry.is === 'directory') {
        if (level.length > 0) enqueue({ root: parent.root, path, level, maker });
      } else if (entry.is === 'file' && file !== 'no') {
        if (file === 'named' && parent.root.files) marks.file(parent.root, path);
        if (maker && Number(entry.stats.ctimeMs) >= maker.since) found(path, maker);
      }
    });
  }

  return {
    begin: (visit, maker) => enqueue({ ...visit, maker }),
    examine(directory, name, maker) {
      for (const visit of marks.visitsOf(directory)) look(visit, name, maker);
    },
    proceed() {
      const end = performance.now() + SLICE;
      for (const step of queue) {
        queue.delete(step);
        quietly(() => walkInto(step));
        if (performance.now() > end) break;
      }
      return queue.size > 0;
    },
    end(root) {
      for (const step of queue) if (step.root === root) queue.delete(step);
    },
  };
}

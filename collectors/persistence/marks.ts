// The directories (and a few files) whose changes are told, by the handle that the kernel tells them by.
import {
  type InodeKey,
  type Interest,
  inodeKey,
  isWithoutHandles,
  markChanges,
  markFileChanges,
  unmarkChanges,
  unmarkFileChanges,
} from '../../platform/linux/changes.ts';
import { SystemCallError } from '../../platform/linux/libc.ts';
import type { Level } from '../sensor/plan.ts';
import type { Counters } from './counters.ts';

/** In all. The kernel's limit for one user begins at 8,192 and is shared with the marks of secrets. */
const MAX_MARKS = 6144;

/** Where a walk began, and how much it may take. */
export interface Root {
  readonly path: string;
  /** Directories below it that may still be marked. */
  room: number;
  /** `deletions`: only what goes is of interest below it. */
  readonly interest: 'writes' | 'deletions';
  /** Files that are named in full are marked too, to see them written under another name. */
  readonly files: boolean;
}

export interface Visit {
  readonly root: Root;
  readonly path: string;
  readonly level: Level;
}

interface Marked {
  /** By every root that came by. */
  readonly visits: Visit[];
  readonly interests: Set<Interest>;
}

export interface Marks {
  /** False where it could not be marked or there is no room. */
  directory(visit: Visit, interest: Interest): boolean;
  file(root: Root, path: string): void;
  visitsOf(key: InodeKey): readonly Visit[];
  fileOf(key: InodeKey): string | undefined;
  /** A directory of this name was deleted or moved away. */
  gone(path: string): void;
  /** Lets go of what only this root asked for. */
  release(root: Root): void;
}

export function createMarks(
  group: number,
  counters: Counters,
  refused: (path: string, code: string) => void,
): Marks {
  const directories = new Map<InodeKey, Marked>();
  const paths = new Map<string, InodeKey>();
  const files = new Map<InodeKey, { readonly path: string; readonly root: Root }>();

  function count(): void {
    counters['write-marks'] = directories.size + files.size;
  }

  function attempt(path: string, mark: () => void): boolean {
    try {
      mark();
      return true;
    } catch (error) {
      const code = error instanceof SystemCallError ? error.code : String(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return false;
      counters[isWithoutHandles(error) ? 'without-handles' : 'write-marks-refused']++;
      refused(path, code);
      return false;
    }
  }

  function forget(key: InodeKey, path: string): void {
    const marked = directories.get(key);
    for (const { root } of marked?.visits ?? []) root.room++;
    directories.delete(key);
    paths.delete(path);
    count();
  }

  return {
    directory(visit, interest) {
      const { root, path } = visit;
      if (root.room <= 0 || directories.size + files.size >= MAX_MARKS) {
        counters['write-directories-skipped']++;
        return false;
      }
      return attempt(path, () => {
        const key = inodeKey(path);
        const marked = directories.get(key) ?? { visits: [], interests: new Set<Interest>() };
        if (!marked.interests.has(interest)) markChanges(group, path, interest);
        marked.interests.add(interest);
        const known = marked.visits.findIndex((other) => other.root === root);
        if (known >= 0) marked.visits.splice(known, 1);
        else root.room--;
        marked.visits.push(visit);
        directories.set(key, marked);
        paths.set(path, key);
        count();
      });
    },
    file(root, path) {
      attempt(path, () => {
        const key = inodeKey(path);
        if (files.has(key)) return;
        if (directories.size + files.size >= MAX_MARKS) {
          counters['write-directories-skipped']++;
          return;
        }
        markFileChanges(group, path);
        // Another inode lies there now; the kernel let go of the one before, or it has another name.
        files.delete(paths.get(path) ?? '');
        paths.set(path, key);
        files.set(key, { path, root });
        count();
      });
    },
    visitsOf: (key) => directories.get(key)?.visits ?? [],
    fileOf: (key) => files.get(key)?.path,
    gone(path) {
      const key = paths.get(path);
      if (key !== undefined) forget(key, path);
    },
    release(root) {
      for (const [key, { visits }] of directories) {
        const own = visits.findIndex((visit) => visit.root === root);
        if (own < 0) continue;
        const [visit] = visits.splice(own, 1);
        if (visits.length > 0 || !visit) continue;
        unmarkChanges(group, visit.path);
        directories.delete(key);
        paths.delete(visit.path);
      }
      for (const [key, file] of files) {
        if (file.root !== root) continue;
        unmarkFileChanges(group, file.path);
        files.delete(key);
        paths.delete(file.path);
      }
      count();
    },
  };
}

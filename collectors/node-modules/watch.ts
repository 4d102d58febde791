// Watches each project's index and nothing below it: two inotify watches a project (three with pnpm) instead of thousands.
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { watch } from 'chokidar';
import type { FSWatcher } from 'chokidar';
import { INDEX_FILES } from './installed.ts';

const STORES = ['node_modules', 'node_modules/.pnpm', 'node_modules/.bun'] as const;

export interface IndexWatch {
  /** From now on `changed` is called for this project, once for a start and whenever an index file changes. */
  add(root: string): void;
  remove(root: string): void;
  close(): Promise<void>;
}

export interface IndexListener {
  changed(root: string, file: string): void;
  /** A folder appeared in a directory that holds packages, `parent` relative to the project. */
  arrived(root: string, parent: string, folder: string): void;
  /** The project's directory was removed. */
  gone(root: string): void;
  failed(error: unknown): void;
}

export function watchIndexes(listener: IndexListener): IndexWatch {
  const startedAt = Date.now();
  const roots = new Set<string>();
  /** Absolute directory → its project and its path in it. */
  const directories = new Map<string, { root: string; parent: string }>();
  const allowed = new Set(INDEX_FILES.map((file) => basename(file)));
  const watcher: FSWatcher = watch([], {
    // One fs.watch a directory everywhere: the default of macOS and Windows is recursive.
    backend: 'native',
    followSymlinks: false,
    ignored: (path) => !isIndex(path),
    ignorePermissionErrors: true,
    persistent: true,
  });

  function isIndex(path: string): boolean {
    if (roots.has(path) || directories.has(path)) return true;
    const directory = dirname(path);
    return allowed.has(basename(path)) && (roots.has(directory) || directories.has(directory));
  }

  watcher.on('all', (event, path) => {
    const at = roots.has(path) ? { root: path, parent: '' } : directories.get(path);
    if (event === 'unlinkDir' && at?.parent === '') listener.gone(at.root);
    if (event === 'addDir' && at && at.parent !== '') void listed(path, at);
    const root = at?.root ?? rootOf(dirname(path));
    if (root !== undefined && (event === 'add' || event === 'change' || event === 'addDir'))
      listener.changed(root, path);
  });
  // What happens in a directory that holds packages comes without its files being tracked one by one.
  watcher.on('raw', (event, path, details: unknown) => {
    const watched = (details as { watchedPath?: unknown }).watchedPath;
    const at = typeof watched === 'string' ? directories.get(watched) : undefined;
    if (event === 'rename' && at && typeof path === 'string')
      listener.arrived(at.root, at.parent, basename(path));
  });
  watcher.on('error', (error) => listener.failed(error));

  function rootOf(directory: string): string | undefined {
    return roots.has(directory) ? directory : directories.get(directory)?.root;
  }

  /** What came into a new directory before it was watched itself. */
  async function listed(path: string, at: { root: string; parent: string }): Promise<void> {
    const stats = await lstat(path).catch(() => undefined);
    if (!stats || (stats.birthtimeMs || stats.ctimeMs) < startedAt) return;
    for (const folder of await readdir(path).catch(() => [])) listener.arrived(at.root, at.parent, folder);
  }

  return {
    add(root) {
      if (roots.has(root)) return;
      roots.add(root);
      for (const store of STORES) directories.set(join(root, ...store.split('/')), { root, parent: store });
      watcher.add(root);
    },
    remove(root) {
      if (!roots.delete(root)) return;
      for (const [directory, at] of directories) if (at.root === root) directories.delete(directory);
      watcher.unwatch(root);
    },
    close: () => watcher.close(),
  };
}

// Watches the history files of each home and the few directories that lead to them; nothing else below a home.
import { dirname } from 'node:path';
import { watch } from 'chokidar';
import type { HistoryFile } from './places.ts';

export interface HistoryWatch {
  add(home: string, files: readonly HistoryFile[]): void;
  remove(home: string): void;
  close(): Promise<void>;
}

export function watchHistories(
  changed: (path: string) => void,
  failed: (error: unknown) => void,
): HistoryWatch {
  /** Path → the home it belongs to. */
  const wanted = new Map<string, string>();
  const files = new Set<string>();
  const watcher = watch([], {
    backend: 'native',
    followSymlinks: false,
    ignored: (path) => !wanted.has(path),
    ignorePermissionErrors: true,
    persistent: true,
    // A shell that writes a new file and renames it over the old one is not an editor: each step is looked at.
    atomic: false,
  });
  watcher.on('all', (_, path) => {
    if (files.has(path)) changed(path);
  });
  watcher.on('error', failed);

  return {
    add(home, histories) {
      wanted.set(home, home);
      for (const { path } of histories) {
        files.add(path);
        for (let at = path; at.length > home.length; at = dirname(at)) wanted.set(at, home);
      }
      watcher.add(home);
    },
    remove(home) {
      watcher.unwatch(home);
      for (const [path, owner] of wanted) {
        if (owner !== home) continue;
        wanted.delete(path);
        files.delete(path);
      }
    },
    close: () => watcher.close(),
  };
}

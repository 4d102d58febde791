// Manifests as they were when a package arrived. The index is written after the lifecycle scripts ran, and droppers
// put a clean package.json in place of the one that started them: so a manifest is read as soon as it is there. npm makes
// all folders first and fills them for as long as the downloads take; scripts run when all are filled.
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from './manifest.ts';
import { readManifest } from './manifest.ts';

/** When a folder is looked at after it appeared, ms: at once, and in case that its own watch misses something. */
const TRIES = [5, 25, 100, 500, 2000, 10_000, 60_000] as const;
/** Folders that wait at the same time; each holds one inotify watch until its manifest is read. */
const MAX_WAITING = 5_000;
const MAX_KEPT = 20_000;

export interface Arrivals {
  /** A folder appeared in the project's node_modules, or in its virtual store. */
  note(root: string, parent: string, folder: string): void;
  /** The manifests that were read, by directory relative to the project; they are forgotten here. */
  take(root: string): ReadonlyMap<string, Manifest>;
  /** Arrivals that nobody could look at because too many came at once. */
  skipped(): number;
  close(): void;
}

interface Arrival {
  readonly root: string;
  /** Of the package, relative to the project. */
  readonly directory: string;
  /** Absolute path of the folder that appeared. */
  readonly folder: string;
  tries: number;
  isReading: boolean;
  /** It was written to while it was read. */
  isStale: boolean;
  timer: NodeJS.Timeout | undefined;
  watcher: FSWatcher | undefined;
}

export function createArrivals(): Arrivals {
  const waiting = new Map<string, Arrival>();
  const manifests = new Map<string, Map<string, Manifest>>();
  let skipped = 0;
  let closed = false;

  function wait(root: string, directory: string, folder: string): void {
    const path = join(root, directory);
    if (closed || waiting.has(path)) return;
    if (waiting.size >= MAX_WAITING) {
      skipped += 1;
      return;
    }
    const arrival: Arrival = {
      root,
      directory,
      folder: join(root, folder),
      tries: 0,
      isReading: false,
      isStale: false,
      timer: undefined,
      watcher: undefined,
    };
    waiting.set(path, arrival);
    tryLater(path, arrival);
  }

  function tryLater(path: string, arrival: Arrival): void {
    const delay = TRIES[arrival.tries];
    arrival.tries += 1;
    if (delay === undefined) forget(path, arrival);
    else arrival.timer = setTimeout(() => void tryNow(path, arrival), delay).unref();
  }

  async function tryNow(path: string, arrival: Arrival): Promise<void> {
    await read(path, arrival);
    if (waiting.get(path) !== arrival) return;
    // Folders are told of when they go, too.
    if (!(await isThere(arrival.folder))) forget(path, arrival);
    else {
      arrival.watcher ??= watchFolder(path, arrival);
      tryLater(path, arrival);
    }
  }

  async function read(path: string, arrival: Arrival): Promise<void> {
    arrival.isStale = arrival.isReading;
    if (arrival.isReading) return;
    arrival.isReading = true;
    const manifest = await readManifest(path).catch(() => undefined);
    arrival.isReading = false;
    if (manifest) keep(path, arrival, manifest);
    else if (arrival.isStale) await read(path, arrival);
  }

  function watchFolder(path: string, arrival: Arrival): FSWatcher | undefined {
    if (waiting.get(path) !== arrival) return undefined;
    try {
      const watcher = watch(arrival.folder, { persistent: false });
      watcher.on('change', (_, name) => {
        if (name === 'package.json') void read(path, arrival);
      });
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return undefined;
    }
  }

  function keep(path: string, arrival: Arrival, manifest: Manifest): void {
    forget(path, arrival);
    const known = manifests.get(arrival.root) ?? new Map<string, Manifest>();
    if (known.size < MAX_KEPT && !closed) known.set(arrival.directory, manifest);
    manifests.set(arrival.root, known);
  }

  function forget(path: string, arrival: Arrival): void {
    waiting.delete(path);
    clearTimeout(arrival.timer);
    arrival.watcher?.close();
  }

  async function noteScope(root: string, parent: string, scope: string): Promise<void> {
    // The folders of a scope come one by one into a directory that nobody watches; most are there after a moment.
    for (const delay of TRIES.slice(0, 5)) {
      await new Promise((resolve) => setTimeout(resolve, delay).unref());
      const names = await readdir(join(root, parent, scope)).catch(() => []);
      if (closed) return;
      for (const name of names) {
        const directory = `${parent}/${scope}/${name}`;
        if (!name.startsWith('.') && !manifests.get(root)?.has(directory)) wait(root, directory, directory);
      }
    }
  }

  return {
    note(root, parent, folder) {
      if (folder.startsWith('.')) return;
      const path = `${parent}/${folder}`;
      if (parent !== 'node_modules') wait(root, `${path}/node_modules/${storedName(folder)}`, path);
      else if (folder.startsWith('@')) void noteScope(root, parent, folder);
      else wait(root, path, path);
    },
    take(root) {
      const known = manifests.get(root) ?? new Map<string, Manifest>();
      manifests.delete(root);
      return known;
    },
    skipped: () => skipped,
    close() {
      closed = true;
      for (const [path, arrival] of waiting) forget(path, arrival);
    },
  };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** `@acme+tool@3.0.0_peer` → `@acme/tool`. */
function storedName(folder: string): string {
  const at = folder.indexOf('@', 1);
  return (at < 0 ? folder : folder.slice(0, at)).replace('+', '/');
}

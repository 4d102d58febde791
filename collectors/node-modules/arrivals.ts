// Manifests as they were when a package arrived. The index is written after the lifecycle scripts ran, and droppers
// put a clean package.json in place of the one that started them: so a manifest is read as soon as its folder appears.
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from './manifest.ts';
import { readManifest } from './manifest.ts';

/** Pauses before each try, ms: a folder is made first and filled later. The script of a lone package runs 50 ms after that. */
const TRIES = [5, 10, 20, 40, 80, 150, 300, 600, 1200, 2400] as const;
/** One that comes while the others wait for long is not kept waiting with them, ms. */
const LONGEST_PAUSE = 20;
const WIDTH = 16;
const MAX_WAITING = 20_000;

interface Arrival {
  readonly root: string;
  /** Of the package, relative to the project. */
  readonly directory: string;
  /** Absolute path of the folder that appeared. */
  readonly folder: string;
  tries: number;
  due: number;
}

export interface Arrivals {
  /** A folder appeared in the project's node_modules, or in its virtual store. */
  note(root: string, parent: string, folder: string): void;
  /** The manifests that were read, by directory relative to the project; they are forgotten here. */
  take(root: string): ReadonlyMap<string, Manifest>;
  /** Arrivals that nobody could look at because too many came at once. */
  dropped(): number;
  close(): void;
}

export function createArrivals(): Arrivals {
  const waiting = new Map<string, Arrival>();
  const read = new Map<string, Map<string, Manifest>>();
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function wait(root: string, directory: string, folder: string): void {
    const path = join(root, directory);
    if (closed || waiting.has(path)) return;
    if (waiting.size >= MAX_WAITING) {
      dropped += 1;
      return;
    }
    waiting.set(path, {
      root,
      directory,
      folder: join(root, folder),
      tries: 0,
      due: performance.now() + TRIES[0],
    });
    timer ??= setTimeout(() => void tick(), TRIES[0]);
  }

  async function tick(): Promise<void> {
    const now = performance.now();
    const due = [...waiting].filter(([, arrival]) => arrival.due <= now);
    for (let at = 0; at < due.length; at += WIDTH) {
      await Promise.all(due.slice(at, at + WIDTH).map(([path, arrival]) => tryOnce(path, arrival)));
    }
    if (closed || waiting.size === 0) {
      timer = undefined;
      return;
    }
    const next = [...waiting.values()].reduce((least, arrival) => Math.min(least, arrival.due), Infinity);
    timer = setTimeout(
      () => void tick(),
      Math.min(Math.max(TRIES[0], next - performance.now()), LONGEST_PAUSE),
    );
  }

  async function tryOnce(path: string, arrival: Arrival): Promise<void> {
    const manifest = await readManifest(path).catch(() => undefined);
    // Folders are told of when they go, too.
    const isGone = !manifest && !(await isThere(arrival.folder));
    const next = TRIES[(arrival.tries += 1)];
    arrival.due += next ?? 0;
    if (manifest) keep(arrival, manifest);
    if (manifest || isGone || next === undefined) waiting.delete(path);
  }

  function keep({ root, directory }: Arrival, manifest: Manifest): void {
    const manifests = read.get(root) ?? new Map<string, Manifest>();
    if (manifests.size < MAX_WAITING) manifests.set(directory, manifest);
    read.set(root, manifests);
  }

  async function noteScope(root: string, parent: string, scope: string): Promise<void> {
    // The folders of a scope come one by one into a directory that nobody watches; most are there after a moment.
    for (const delay of TRIES.slice(0, 8)) {
      await new Promise((resolve) => setTimeout(resolve, delay).unref());
      const names = await readdir(join(root, parent, scope)).catch(() => []);
      if (closed) return;
      const known = read.get(root);
      for (const name of names) {
        if (name.startsWith('.')) continue;
        const directory = `${parent}/${scope}/${name}`;
        if (!known?.has(directory)) wait(root, directory, directory);
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
      const manifests = read.get(root) ?? new Map<string, Manifest>();
      read.delete(root);
      return manifests;
    },
    dropped: () => dropped,
    close() {
      closed = true;
      clearTimeout(timer);
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

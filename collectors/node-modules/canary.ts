// The self-test: an install of one package is played in a directory of our own, and the real watcher must see it.
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProject, look } from './project.ts';
import type { IndexWatch } from './watch.ts';

const TIMEOUT = 5_000;
const NAME = 'lifeguard-canary';

/** What the collector has to do for the self-test: tell it of changes below `root`. */
export interface Canary {
  readonly root: string;
  changed(file: string): void;
}

/** Milliseconds from the write of an index to its sight, or why it was not seen. */
export async function provesItself(
  watch: IndexWatch,
  release: (canary: Canary | undefined) => void,
): Promise<number | string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'lifeguard-canary-')));
  const seen = new Map<string, () => void>();
  const sight = (file: string): Promise<boolean> =>
    Promise.race([
      new Promise<boolean>((resolve) => seen.set(join(root, file), () => resolve(true))),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), TIMEOUT).unref()),
    ]);
  release({ root, changed: (file) => seen.get(file)?.() });
  // The agent may be told to end before this is over.
  const cleanUp = (): void => rmSync(root, { recursive: true, force: true });
  process.once('exit', cleanUp);
  try {
    const manifest = sight('package.json');
    await writeFile(join(root, 'package.json'), '{"name":"canary-project"}');
    watch.add(root);
    if (!(await manifest)) return 'a new project was not seen';
    const index = sight('node_modules/.package-lock.json');
    const written = performance.now();
    await mkdir(join(root, 'node_modules', NAME), { recursive: true });
    await writeFile(join(root, 'node_modules', '.package-lock.json'), INDEX);
    if (!(await index)) return 'an index that was written was not seen';
    const changes = await look(createProject(root), Date.now(), 0);
    return changes.some(({ row }) => row.name === NAME)
      ? performance.now() - written
      : 'the index that was written was not read';
  } finally {
    release(undefined);
    watch.remove(root);
    process.off('exit', cleanUp);
    await rm(root, { recursive: true, force: true });
  }
}

const INDEX = JSON.stringify({
  lockfileVersion: 3,
  packages: { [`node_modules/${NAME}`]: { version: '1.0.0' } },
});

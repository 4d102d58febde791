// The self-test: a line is written to a history in a home of our own, and the real watcher and reader must see it.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { appendFile, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TIMEOUT = 5_000;
const FIRST_LOOK = 100;

export interface Canary {
  readonly home: string;
  /** A line that came from the canary's history. */
  line(text: string): void;
  /** Its path, which the watcher reports once at the start and on every change. */
  readonly history: string;
  watched(): void;
}

/** Milliseconds from the write of a line to its sight, or why it was not seen. `place` watches the canary; undefined ends it. */
export async function provesItself(place: (canary: Canary | undefined) => void): Promise<number | string> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'lifeguard-history-')));
  const history = join(home, '.bash_history');
  const secret = `lifeguard-canary ${randomUUID()}`;
  const seen = Promise.withResolvers<boolean>();
  const watched = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => {
    watched.resolve(false);
    seen.resolve(false);
  }, TIMEOUT);
  // The agent may be told to end before this is over.
  const cleanUp = (): void => rmSync(home, { recursive: true, force: true });
  process.once('exit', cleanUp);
  try {
    await writeFile(history, 'old line\n');
    place({
      home,
      history,
      line: (text) => text === secret && seen.resolve(true),
      watched: () => watched.resolve(true),
    });
    if (!(await watched.promise)) return 'a history that was there was not found';
    // What the first look would still catch proves no watch.
    await new Promise((resolve) => setTimeout(resolve, FIRST_LOOK));
    const written = performance.now();
    await appendFile(history, `${secret}\n`);
    return (await seen.promise) ? performance.now() - written : 'a line that was written was not seen';
  } finally {
    clearTimeout(timer);
    place(undefined);
    process.off('exit', cleanUp);
    await rm(home, { recursive: true, force: true });
  }
}

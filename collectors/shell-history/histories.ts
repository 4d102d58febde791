// The history files that are followed: each is read by one look at a time, a moment after it changed.
import { bash } from './formats/bash.ts';
import { fish } from './formats/fish.ts';
import type { Entry, Format } from './formats/format.ts';
import { powershell } from './formats/powershell.ts';
import { zsh } from './formats/zsh.ts';
import { createFollower } from './follow.ts';
import type { Follower, Look } from './follow.ts';
import type { HistoryFile, Shell } from './places.ts';
import { createRate } from './rate.ts';

const FORMATS: Record<Shell, Format> = { bash, zsh, fish, powershell };
/** Several writes of one command are one look, ms. */
const SETTLE = 20;
/** A rewrite is on disk after this, ms: 100,000 lines take about 10. */
const REWRITE = 300;
/** A person types a few; more is a paste, a merge of histories, or noise to drown a line in. */
const LINES_PER_SECOND = 200;

export interface HistoryListener {
  entries(file: HistoryFile, entries: readonly Entry[], uid: number): void;
  /** Lines or bytes that were not read, by cause. */
  lost(cause: 'lines-dropped' | 'bytes-dropped', count: number): void;
  /** The file cannot be read (`why`), or can again (undefined). */
  readable(file: HistoryFile, why: string | undefined): void;
}

export interface Histories {
  /** What the file holds now is old; resolves when it was read. */
  add(file: HistoryFile): Promise<void>;
  changed(path: string): void;
  remove(path: string): void;
  close(): void;
}

interface Followed {
  readonly file: HistoryFile;
  readonly follower: Follower;
  readonly rate: (wanted: number) => number;
  timer: NodeJS.Timeout | undefined;
  /** The look that is under way, or the last. */
  turn: Promise<void>;
}

export function createHistories(listener: HistoryListener): Histories {
  const all = new Map<string, Followed>();

  function after(followed: Followed, delay: number, settled: boolean): void {
    clearTimeout(followed.timer);
    followed.timer = setTimeout(() => {
      followed.timer = undefined;
      followed.turn = followed.turn.then(async () => {
        if (all.get(followed.file.path) === followed) take(followed, await followed.follower.look(settled));
      });
    }, delay);
  }

  function take(followed: Followed, look: Look): void {
    const { file, rate } = followed;
    listener.readable(file, look.outcome === 'refused' ? look.why : undefined);
    if (look.outcome === 'rewritten') after(followed, REWRITE, true);
    if (look.outcome !== 'read') return;
    const passed = rate(look.entries.length);
    if (look.entries.length > passed) listener.lost('lines-dropped', look.entries.length - passed);
    if (look.skippedBytes > 0) listener.lost('bytes-dropped', look.skippedBytes);
    // Of too many the newest are kept.
    if (passed > 0) listener.entries(file, look.entries.slice(-passed), look.uid);
  }

  return {
    async add(file) {
      if (all.has(file.path)) return;
      const follower = createFollower(file.path, FORMATS[file.shell]);
      const turn = Promise.withResolvers<void>();
      const followed: Followed = {
        file,
        follower,
        rate: createRate(LINES_PER_SECOND),
        timer: undefined,
        turn: turn.promise,
      };
      all.set(file.path, followed);
      const look = await follower.baseline();
      listener.readable(file, look.outcome === 'refused' ? look.why : undefined);
      turn.resolve();
    },
    changed(path) {
      const followed = all.get(path);
      if (followed && followed.timer === undefined) after(followed, SETTLE, false);
    },
    remove(path) {
      clearTimeout(all.get(path)?.timer);
      all.delete(path);
    },
    close() {
      for (const { timer } of all.values()) clearTimeout(timer);
      all.clear();
    },
  };
}

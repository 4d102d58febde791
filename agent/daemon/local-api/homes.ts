// POST /homes: a directory is watched like a home for as long as the connection stays open. The answer's body begins when
// the sensors are armed there.
import { lstatSync, realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { ServerResponse } from 'node:http';
import { Refusal } from './answer.ts';
import type { Caller } from './caller.ts';

const MAX_WATCHED = 32;
const MAX_EACH = 8;

/** Begins to watch; resolves when the sensors are armed. The function it resolves with ends the watch. */
export type WatchHome = (directory: string, user: string) => Promise<() => void>;

export class GuestHomes {
  readonly #watch: WatchHome;
  readonly #guests = new Map<number, number>();

  constructor(watch: WatchHome) {
    this.#watch = watch;
  }

  async serve(home: string, caller: Caller, response: ServerResponse): Promise<void> {
    const directory = ownDirectory(home, caller);
    this.#enter(caller.uid);
    let isOpen = true;
    let stop: (() => void) | undefined;
    response.on('close', () => {
      isOpen = false;
      this.#leave(caller.uid);
      stop?.();
    });
    stop = await this.#watch(directory, caller.user);
    if (!isOpen) return stop();
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(`${JSON.stringify({ home: directory })}\n`);
  }

  #enter(uid: number): void {
    const total = [...this.#guests.values()].reduce((sum, count) => sum + count, 0);
    const own = this.#guests.get(uid) ?? 0;
    if (total >= MAX_WATCHED || own >= MAX_EACH)
      throw new Refusal(429, 'E_TOO_MANY', `at most ${MAX_EACH} directories of one user are watched at once`);
    this.#guests.set(uid, own + 1);
  }

  #leave(uid: number): void {
    const left = (this.#guests.get(uid) ?? 1) - 1;
    if (left === 0) this.#guests.delete(uid);
    else this.#guests.set(uid, left);
  }
}

/** Nobody has somebody else's files watched, by whatever name or link. */
function ownDirectory(home: string, { uid, isPrivileged }: Caller): string {
  if (!isAbsolute(home)) throw new Refusal(400, 'E_BAD_REQUEST', 'home must be an absolute path');
  try {
    const directory = realpathSync(home);
    const stats = lstatSync(directory);
    if (stats.isDirectory() && directory !== '/' && (isPrivileged || stats.uid === uid)) return directory;
  } catch {
    // Not there, or not for this caller: one answer for both, so that nobody learns what exists.
  }
  throw new Refusal(403, 'E_FORBIDDEN', 'home must be an existing directory of your own');
}

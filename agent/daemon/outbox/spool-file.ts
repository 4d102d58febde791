// Keeps a spool open: tries again after a failure, and sets a damaged file aside so that a new one can begin.
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type SpoolFailure, spoolFailure } from './failure.ts';
import { Spool } from './spool.ts';

/** Damaged files that stay for whoever wants to look into them. */
const KEPT_CORRUPT = 3;

export interface SpoolFileOptions {
  readonly file: string;
  /** Called with a spool that was just opened or begun. */
  readonly opened: (spool: Spool) => void;
  /** `again`: the attempt before failed in the same way. */
  readonly failed: (failure: SpoolFailure, again: boolean) => void;
}

export class SpoolFile {
  readonly #options: SpoolFileOptions;
  #spool: Spool | undefined;
  #failure: SpoolFailure | undefined;

  constructor(options: SpoolFileOptions) {
    this.#options = options;
  }

  /** The open spool, if there is one; never opens it. */
  get current(): Spool | undefined {
    return this.#spool;
  }

  /** Why the last attempt to write failed; undefined after one that succeeded. */
  get failure(): SpoolFailure | undefined {
    return this.#failure;
  }

  /** Changes the spool, opening it where needed; false when that failed. A damaged file is set aside and a new one tried. */
  write(work: (spool: Spool) => void): boolean {
    const done = this.#attempt(work) || (this.#failure?.kind === 'corrupt' && this.#attempt(work));
    if (done) this.#failure = undefined;
    return done;
  }

  /** Asks the open spool; `otherwise` when there is none or it cannot answer. */
  read<T>(work: (spool: Spool) => T, otherwise: T): T {
    let answer = otherwise;
    this.#attempt((spool) => {
      answer = work(spool);
    });
    return answer;
  }

  close(): void {
    this.#spool?.close();
    this.#spool = undefined;
  }

  #attempt(work: (spool: Spool) => void): boolean {
    try {
      work(this.#open());
      return true;
    } catch (error) {
      const failure = spoolFailure(this.#options.file, error);
      const again = this.#failure?.kind === failure.kind;
      this.#failure = failure;
      this.#options.failed(failure, again);
      if (failure.kind === 'corrupt') this.#setAside();
      return false;
    }
  }

  #open(): Spool {
    if (this.#spool === undefined) {
      this.#spool = new Spool(this.#options.file);
      this.#options.opened(this.#spool);
    }
    return this.#spool;
  }

  #setAside(): void {
    this.close();
    const { file } = this.#options;
    const stamp = new Date().toISOString().replaceAll(':', '-');
    for (const suffix of ['', '-wal', '-shm']) move(file + suffix, `${file}.corrupt-${stamp}${suffix}`);
    removeOldest(dirname(file), `${basename(file)}.corrupt-`);
  }
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // Without the file there is nothing to set aside; where it cannot be moved, opening it again will say why.
  }
}

function removeOldest(directory: string, prefix: string): void {
  const stamps = readdirSync(directory).filter((name) => name.startsWith(prefix) && name.endsWith('Z'));
  for (const name of stamps.sort().slice(0, -KEPT_CORRUPT))
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(directory, name + suffix), { force: true });
}

// The kernel's marks and our memory of which inode is which secret. A mark follows the inode through renames and hardlinks,
// so the memory does too: it is keyed by device, inode and birth time (an inode number alone is soon used again).
import { type BigIntStats, fstatSync } from 'node:fs';
import {
  markDescriptor,
  markDirectory,
  markFile,
  unmarkDirectory,
  unmarkFile,
} from '../../platform/linux/fanotify.ts';
import { SystemCallError } from '../../platform/linux/libc.ts';
import type { SecretMatch } from '../../rules/secrets/index.ts';
import type { Counters } from './counters.ts';

/**
 * Secrets that were found by a pattern with a wildcard and are remembered by inode; the longest unseen is let go first. A home
 * with four browsers has about 2,000. Those that the catalogue names in full are few and are never let go for others.
 */
const MAX_FILES = 16_384;

export interface KnownSecret {
  readonly match: SecretMatch;
  /** Where the catalogue has it, which is not always the name it is opened by. */
  readonly path: string;
}

/** The one of the higher tier, `a` where they are equal. An inode stays what it was under its most secret name. */
export function stricter(a: KnownSecret, b: KnownSecret): KnownSecret {
  return b.match.place.tier < a.match.place.tier ? b : a;
}

export type Refused = (path: string, code: string) => void;

export interface Marks {
  /** Holds opens of all files directly in `path`. False where the kernel refused. */
  holdDirectory(path: string): boolean;
  releaseDirectory(path: string): void;
  /** Holds opens of this file under every name. `named`: the catalogue spells its name out. */
  holdFile(path: string, stats: BigIntStats, match: SecretMatch, named: boolean): void;
  /** The same for a file that was opened under its catalogued name before it could be marked. */
  adopt(fd: number, secret: KnownSecret): void;
  /** The secret behind an open descriptor. */
  identify(fd: number): KnownSecret | undefined;
  /** Lets go of the files for which `keep` is false. */
  releaseFiles(keep: (secret: KnownSecret) => boolean): void;
}

/** Marks of one permission group. `refused` is told what could not be marked, except for what is gone. */
export function createMarks(group: number, counters: Counters, refused: Refused): Marks {
  const named = new Map<string, KnownSecret>();
  const others = new Map<string, KnownSecret>();

  function attempt(path: string, mark: () => void): boolean {
    try {
      mark();
      return true;
    } catch (error) {
      const code = error instanceof SystemCallError ? error.code : String(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return false;
      counters['marks-refused']++;
      refused(path, code);
      return false;
    }
  }

  function remember(files: Map<string, KnownSecret>, key: string, secret: KnownSecret): void {
    const before = known(key);
    named.delete(key);
    others.delete(key);
    files.set(key, before ? stricter(before, secret) : secret);
    if (others.size > MAX_FILES) forgetOldest();
    counters['file-marks'] = named.size + others.size;
  }

  function forgetOldest(): void {
    const [oldest] = others;
    if (!oldest) return;
    others.delete(oldest[0]);
    unmarkFile(group, oldest[1].path);
    counters['files-skipped']++;
  }

  function known(key: string): KnownSecret | undefined {
    return named.get(key) ?? others.get(key);
  }

  return {
    holdDirectory: (path) => attempt(path, () => markDirectory(group, path)),
    releaseDirectory: (path) => unmarkDirectory(group, path),
    holdFile(path, stats, match, isNamed) {
      if (!attempt(path, () => markFile(group, path))) return;
      remember(isNamed ? named : others, identity(stats), { match, path });
    },
    adopt(fd, secret) {
      const key = identity(fstatSync(fd, { bigint: true }));
      if (known(key) || !attempt(secret.path, () => markDescriptor(group, fd))) return;
      remember(others, key, secret);
    },
    identify: (fd) => known(identity(fstatSync(fd, { bigint: true }))),
    releaseFiles(keep) {
      for (const files of [named, others]) {
        for (const [key, secret] of files) {
          if (keep(secret)) continue;
          files.delete(key);
          unmarkFile(group, secret.path);
        }
      }
      counters['file-marks'] = named.size + others.size;
    },
  };
}

function identity({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${birthtimeNs}`;
}

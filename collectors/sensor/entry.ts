import { type BigIntStats, lstatSync, opendirSync, statSync } from 'node:fs';

/** Names that are read of one directory: more than a person's secrets, less than what would hold up the sensor. */
const MAX_ENTRIES = 8192;

export interface Found {
  readonly is: 'directory' | 'file';
  /** A link leads to it. */
  readonly linked: boolean;
  readonly stats: BigIntStats;
}

export type Entry =
  | Found
  /** Gone, a socket, a device, … */
  | { readonly is: 'nothing' }
  /** A link that somebody made to what is not theirs: following it would let them have any directory of the system held. */
  | { readonly is: 'foreign' };

const nothing: Entry = { is: 'nothing' };

/** What lies at `path`, through a link where its maker owns what it points at. Opens nothing; throws what `stat` throws except ENOENT. */
export function entryAt(path: string): Entry {
  const own = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (!own) return nothing;
  if (!own.isSymbolicLink()) return kindOf(own, false);
  const target = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!target) return nothing;
  return own.uid === 0n || own.uid === target.uid ? kindOf(target, true) : { is: 'foreign' };
}

function kindOf(stats: BigIntStats, linked: boolean): Entry {
  if (stats.isDirectory()) return { is: 'directory', linked, stats };
  return stats.isFile() ? { is: 'file', linked, stats } : nothing;
}

/** Calls back for the names in a directory; returns false where there were more than it reads. Throws what `opendir` throws. */
export function eachName(path: string, found: (name: string) => void): boolean {
  using directory = opendirSync(path, { bufferSize: 256 });
  for (let count = 0; count < MAX_ENTRIES; count++) {
    const entry = directory.readSync();
    if (!entry) return true;
    found(entry.name);
  }
  return false;
}

// What a history file held when we last read it, as one 32-bit hash an entry: shells rewrite the whole file, and only what
// was not there before is new. The entries themselves are not kept.
import { randomBytes } from 'node:crypto';
import type { Entry } from './formats/format.ts';

/** 128 KB a file. bash keeps 500 to 2,000 lines by default; of longer files the last 32,768 entries count. */
const MAX_ENTRIES = 32_768;

/** Nobody can look for a command that hashes like another. */
const seed = randomBytes(4).readUInt32LE();

export interface Seen {
  /** The entries are in the file now, after the ones that were there. */
  append(entries: readonly Entry[]): void;
  /** The file now holds exactly these; gives the ones of which there are more than before, in their order. */
  replace(entries: readonly Entry[]): Entry[];
}

export function createSeen(): Seen {
  let hashes = new Uint32Array(0);
  return {
    append(entries) {
      if (entries.length === 0) return;
      const next = new Uint32Array(Math.min(MAX_ENTRIES, hashes.length + entries.length));
      const kept = Math.max(0, next.length - entries.length);
      next.set(hashes.subarray(hashes.length - kept));
      next.set(hashesOf(entries.slice(entries.length - (next.length - kept))), kept);
      hashes = next;
    },
    replace(entries) {
      const before = new Map<number, number>();
      for (const value of hashes) before.set(value, (before.get(value) ?? 0) + 1);
      const now = hashesOf(entries);
      hashes = now.slice(-MAX_ENTRIES);
      return entries.filter((_, index) => {
        const value = now[index] as number;
        const left = before.get(value) ?? 0;
        before.set(value, left - 1);
        return left <= 0;
      });
    },
  };
}

function hashesOf(entries: readonly Entry[]): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(entries, ({ key }) => hashOf(key));
}

/** FNV-1a over UTF-16 units, seeded. */
function hashOf(key: string): number {
  let value = seed;
  for (let at = 0; at < key.length; at += 1) value = Math.imul(value ^ key.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

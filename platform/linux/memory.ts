// Gives back what is not needed now: pages of the runtime's own program file that were read once, and free heap.
// Pages of the file come back from the page cache when they are used again; nothing is lost.
import { readFileSync } from 'node:fs';
import { libc } from './libc.ts';

const MADV_DONTNEED = 4;

const madvise: (address: bigint, length: bigint, advice: number) => number = libc.func(
  'int madvise(uintptr_t address, size_t length, int advice)',
);

interface Mapping {
  readonly start: bigint;
  readonly length: bigint;
}

/** Silent where the system does not let it. */
export function releasePages(): void {
  for (const { start, length } of droppable(readFileSync('/proc/self/smaps', 'utf8'), process.execPath))
    madvise(start, length, MADV_DONTNEED);
  trimHeap();
}

/**
 * Mappings of `file` that are as they are on the disk. A page that was written to (relocations that were made read-only
 * afterwards) would come back without what was written, so a mapping with a single such page is left alone.
 */
export function droppable(smaps: string, file: string): Mapping[] {
  return smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).flatMap((block) => {
    const [, from, to, rights, path] =
      /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \S+ *([^\n]*)\n/.exec(block) ?? [];
    if (from === undefined || to === undefined || path !== file || rights?.[1] === 'w') return [];
    if (!/^Anonymous: +0 kB$/m.test(block) || !/^Private_Dirty: +0 kB$/m.test(block)) return [];
    const start = BigInt(`0x${from}`);
    return [{ start, length: BigInt(`0x${to}`) - start }];
  });
}

/** glibc keeps what was freed; musl has no such function and needs none. */
function trimHeap(): void {
  try {
    const trim: (keep: number) => number = libc.func('int malloc_trim(size_t keep)');
    trim(0);
  } catch {
    // Not glibc.
  }
}

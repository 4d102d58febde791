// A few variables of another process. The rest of its environment holds tokens: it is looked through and forgotten.
import { close, read } from './descriptor.ts';
import { openProc } from './procfs.ts';

const CHUNK = 128 * 1024;
/** Linux allows 6 MiB of arguments and environment; a package can push its own variables before those we look for. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_VALUE = 4096;

/** Most variables need no string at all: no wanted name begins like them. */
const FIRST_LETTERS = new Uint8Array(256);
for (const letter of 'nINLPBE') FIRST_LETTERS[letter.charCodeAt(0)] = 1;

// One chunk and what the previous one left over: a single variable is at most 128 KiB (MAX_ARG_STRLEN).
const buffer = Buffer.allocUnsafeSlow(2 * CHUNK);

/**
 * The wanted variables that are set (the first of each name, as getenv(3) has it; names begin with one of `nINLPBE`), or undefined where the process is gone, is
 * being replaced or may not be read. Longer values than 4,096 bytes are left out.
 */
export function readEnvironment(pid: number, wanted: ReadonlySet<string>): Map<string, string> | undefined {
  const fd = openProc(`/proc/${pid}/environ`);
  if (fd < 0) return undefined;
  const found = new Map<string, string>();
  const total = scan(fd, wanted, found);
  close(fd);
  // A process between exit and its parent's wait has an empty one, as has one that was started with none.
  return total < 0 ? undefined : found;
}

/** Number of bytes looked at; -1 for an error at the first read. */
function scan(fd: number, wanted: ReadonlySet<string>, found: Map<string, string>): number {
  let kept = 0;
  let total = 0;
  while (total < MAX_BYTES) {
    const room = Math.min(CHUNK, buffer.length - kept);
    const got = read(fd, kept === 0 ? buffer : buffer.subarray(kept), room);
    if (got < 0 && total === 0) return -1;
    if (got <= 0) break;
    total += got;
    const end = kept + got;
    const rest = takeVariables(end, wanted, found);
    if (found.size === wanted.size) return total;
    kept = end - rest;
    // Longer than any variable can be: drop it and go on.
    if (kept >= CHUNK) kept = 0;
    else if (kept > 0) buffer.copyWithin(0, rest, end);
  }
  if (kept > 0) take(0, kept, wanted, found);
  return total;
}

/** Looks at every variable that ends before `end`; returns where the first incomplete one begins. */
function takeVariables(end: number, wanted: ReadonlySet<string>, found: Map<string, string>): number {
  let start = 0;
  for (;;) {
    const stop = buffer.indexOf(0, start);
    if (stop < 0 || stop >= end) return start;
    take(start, stop, wanted, found);
    start = stop + 1;
  }
}

function take(start: number, end: number, wanted: ReadonlySet<string>, found: Map<string, string>): void {
  if (FIRST_LETTERS[buffer[start] ?? 0] !== 1) return;
  const equals = buffer.indexOf(0x3d, start);
  if (equals < 0 || equals >= end || end - equals - 1 > MAX_VALUE) return;
  const name = buffer.toString('latin1', start, equals);
  if (wanted.has(name) && !found.has(name)) found.set(name, buffer.toString('utf8', equals + 1, end));
}

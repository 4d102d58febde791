// Follows one history file: appended bytes are read from where we stopped, a file that was rewritten is read again and
// compared with what it held. A file that a link or anything but a plain file stands for is not read.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { parseHistory } from './formats/format.ts';
import type { Entry, Format } from './formats/format.ts';
import { createSeen } from './seen.ts';

const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
/** Bytes in front of our position that must still be the same for the file to count as appended to. */
const MARK = 64;
const MAX_READ = 1024 * 1024;

export type Look =
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'refused'; readonly why: string }
  /** Only the start of a rewrite may be on disk: look again in a moment. */
  | { readonly outcome: 'rewritten' }
  | {
      readonly outcome: 'read';
      readonly entries: readonly Entry[];
      readonly skippedBytes: number;
      readonly uid: number;
    };

export interface Follower {
  /** What is in the file now is old. */
  baseline(): Promise<Look>;
  /** New entries since the last look. `settled`: a rewrite had its moment and is read. */
  look(settled: boolean): Promise<Look>;
}

interface Position {
  readonly inode: string;
  readonly offset: number;
  /** The bytes before `offset`. */
  readonly mark: Buffer;
}

export function createFollower(path: string, format: Format): Follower {
  const seen = createSeen();
  let position: Position | undefined;

  async function withFile(use: (file: FileHandle) => Promise<Look>): Promise<Look> {
    let file: FileHandle;
    try {
      file = await open(path, FLAGS);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      return code === 'ENOENT' || code === 'ENOTDIR'
        ? { outcome: 'absent' }
        : { outcome: 'refused', why: code };
    }
    try {
      return await use(file);
    } catch (error) {
      return {
        outcome: 'refused',
        why: error instanceof Error && 'code' in error ? String(error.code) : 'unknown',
      };
    } finally {
      await file.close();
    }
  }

  /** Reads from `from` to the end, at most the last MAX_READ bytes of it, and moves the position to what was complete. */
  async function readFrom(
    file: FileHandle,
    from: number,
  ): Promise<{ entries: Entry[]; skipped: number; uid: number }> {
    const { size, dev, ino, uid } = await file.stat();
    const start = Math.max(from, size - MAX_READ);
    const buffer = Buffer.allocUnsafe(Math.max(0, size - start));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    const bytes = buffer.subarray(0, bytesRead);
    const whole = start > from ? bytes.subarray(bytes.indexOf(0x0a) + 1) : bytes;
    const { entries, taken } = parseHistory(format, whole);
    // An entry that fills a whole read never ends: what is there of it is passed over.
    const offset =
      taken === 0 && bytesRead === MAX_READ ? start + bytesRead : start + (bytesRead - whole.length) + taken;
    position = { inode: `${dev}:${ino}`, offset, mark: await markBefore(file, offset) };
    return { entries, skipped: start - from, uid };
  }

  async function wasAppendedTo(file: FileHandle, at: Position): Promise<boolean> {
    const { size, dev, ino } = await file.stat();
    if (`${dev}:${ino}` !== at.inode || size < at.offset) return false;
    return (await markBefore(file, at.offset)).equals(at.mark);
  }

  return {
    baseline: () =>
      withFile(async (file) => {
        if (!(await file.stat()).isFile()) return { outcome: 'refused', why: 'not a file' };
        const { entries, uid } = await readFrom(file, 0);
        seen.replace(entries);
        return { outcome: 'read', entries: [], skippedBytes: 0, uid };
      }),
    look: (settled) =>
      withFile(async (file) => {
        if (!(await file.stat()).isFile()) return { outcome: 'refused', why: 'not a file' };
        const appended = position !== undefined && (await wasAppendedTo(file, position));
        if (!appended && position !== undefined && !settled) return { outcome: 'rewritten' };
        const { entries, skipped, uid } = await readFrom(file, appended ? (position?.offset ?? 0) : 0);
        if (!appended) return { outcome: 'read', entries: seen.replace(entries), skippedBytes: 0, uid };
        seen.append(entries);
        return { outcome: 'read', entries, skippedBytes: skipped, uid };
      }),
  };
}

async function markBefore(file: FileHandle, offset: number): Promise<Buffer> {
  const length = Math.min(MARK, offset);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset - length);
  return buffer.subarray(0, bytesRead);
}

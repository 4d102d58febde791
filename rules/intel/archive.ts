// The entries of a ZIP file, one after the other, nothing written to disk. The archive may be hostile: counts and sizes are
// taken from the central directory, bounded, and never trusted for an allocation. Format: PKWARE APPNOTE 6.3.10 §4.3.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { IntelFailure } from './failure.ts';

const MAX_DIRECTORY = 256 * 1024 * 1024;
const MAX_ENTRIES = 2_000_000;
/** Of all entries together: the whole npm part of osv.dev is a third of this. */
const MAX_TOTAL = 4 * 1024 * 1024 * 1024;
/** End record (22 bytes) plus the longest comment. */
const MAX_END = 22 + 0xffff;
const UNKNOWN_32 = 0xffffffff;

export interface ArchiveEntry {
  readonly name: string;
  /** Uncompressed; undefined where it is larger than the limit, encrypted, or packed in an unknown way. */
  readonly content: Buffer | undefined;
  /** Share of the entries that have been seen, 0 to 1. */
  readonly progress: number;
}

/** Yields each entry whose name `wanted` accepts. Throws E_INTEL_ARCHIVE for what is no ZIP file or a damaged one. */
export function* readArchive(
  file: string,
  limit: number,
  wanted: (name: string) => boolean,
): Generator<ArchiveEntry> {
  const fd = openSync(file, 'r');
  try {
    const reader = { fd, size: fstatSync(fd).size, file };
    const { directory, count } = readDirectory(reader);
    let at = 0;
    let total = 0;
    for (let index = 0; index < count; index++) {
      const header = entryAt(directory, at, file);
      at = header.next;
      if (!wanted(header.name)) continue;
      const content = readContent(reader, header, limit);
      total += content?.length ?? 0;
      if (total > MAX_TOTAL) throw damaged(file, 'it unpacks to more than 4 GiB');
      yield { name: header.name, content, progress: (index + 1) / count };
    }
  } finally {
    closeSync(fd);
  }
}

interface Reader {
  readonly fd: number;
  readonly size: number;
  readonly file: string;
}

interface Header {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly packed: number;
  readonly unpacked: number;
  readonly offset: number;
  readonly next: number;
}

function readDirectory(reader: Reader): { directory: Buffer; count: number } {
  const tailAt = Math.max(0, reader.size - MAX_END);
  const tail = readAt(reader, tailAt, reader.size - tailAt);
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end === -1 || end + 22 > tail.length)
    throw damaged(reader.file, 'it has no end record, so it is no ZIP file');
  let count = tail.readUInt16LE(end + 10);
  let size = tail.readUInt32LE(end + 12);
  let offset = tail.readUInt32LE(end + 16);
  const locator = tailAt + end - 20;
  if ((count === 0xffff || size === UNKNOWN_32 || offset === UNKNOWN_32) && locator >= 0) {
    ({ count, size, offset } = readLargeEnd(reader, locator));
  }
  if (count > MAX_ENTRIES || size > MAX_DIRECTORY) throw damaged(reader.file, `it claims ${count} entries`);
  return { directory: readAt(reader, offset, size), count };
}

/** The ZIP64 end record: archives of more than 65,535 entries, such as the whole of osv.dev, need it. */
function readLargeEnd(reader: Reader, locatorAt: number): { count: number; size: number; offset: number } {
  const locator = readAt(reader, locatorAt, 20);
  if (locator.toString('latin1', 0, 4) !== 'PK\x06\x07')
    throw damaged(reader.file, 'its ZIP64 locator is missing');
  const record = readAt(reader, Number(locator.readBigUInt64LE(8)), 56);
  if (record.toString('latin1', 0, 4) !== 'PK\x06\x06')
    throw damaged(reader.file, 'its ZIP64 end record is missing');
  return {
    count: Number(record.readBigUInt64LE(32)),
    size: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
  };
}

function entryAt(directory: Buffer, at: number, file: string): Header {
  if (at + 46 > directory.length || directory.toString('latin1', at, at + 4) !== 'PK\x01\x02') {
    throw damaged(file, 'its directory ends before its entries do');
  }
  const nameLength = directory.readUInt16LE(at + 28);
  const extraLength = directory.readUInt16LE(at + 30);
  const extraAt = at + 46 + nameLength;
  const next = extraAt + extraLength + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw damaged(file, 'an entry of its directory is cut');
  const sizes = {
    unpacked: directory.readUInt32LE(at + 24),
    packed: directory.readUInt32LE(at + 20),
    offset: directory.readUInt32LE(at + 42),
  };
  return {
    name: directory.toString('utf8', at + 46, extraAt),
    method: directory.readUInt16LE(at + 10),
    encrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
    ...largeSizes(directory.subarray(extraAt, extraAt + extraLength), sizes),
    next,
  };
}

type Sizes = Pick<Header, 'unpacked' | 'packed' | 'offset'>;

/** Extra field 1 of ZIP64 holds, in this order, only those values that do not fit into 32 bits. */
function largeSizes(extra: Buffer, sizes: Sizes): Sizes {
  const found = { ...sizes };
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let value = at + 4;
    for (const key of ['unpacked', 'packed', 'offset'] as const) {
      if (found[key] !== UNKNOWN_32 || value + 8 > extra.length) continue;
      found[key] = Number(extra.readBigUInt64LE(value));
      value += 8;
    }
  }
  return found;
}

function readContent(reader: Reader, header: Header, limit: number): Buffer | undefined {
  if (header.encrypted || header.unpacked > limit || header.packed > limit) return undefined;
  const local = readAt(reader, header.offset, 30);
  if (local.toString('latin1', 0, 4) !== 'PK\x03\x04')
    throw damaged(reader.file, 'an entry is not where it should be');
  const start = header.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const packed = readAt(reader, start, header.packed);
  if (header.method === 0) return packed;
  if (header.method !== 8) return undefined;
  try {
    // The limit holds whatever the directory claims: a bomb stops here.
    return inflateRawSync(packed, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw damaged(reader.file, 'an entry does not unpack', error);
  }
}

function readAt({ fd, size, file }: Reader, offset: number, length: number): Buffer {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > size)
    throw damaged(file, 'it is cut short');
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const got = readSync(fd, buffer, read, length - read, offset + read);
    if (got === 0) throw damaged(file, 'it is cut short');
    read += got;
  }
  return buffer;
}

function damaged(file: string, why: string, cause?: unknown): IntelFailure {
  return new IntelFailure('E_INTEL_ARCHIVE', `${file} cannot be unpacked: ${why}`, cause);
}

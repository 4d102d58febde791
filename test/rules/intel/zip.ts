// A ZIP writer for tests: good archives, and archives that lie.
import { deflateRawSync } from 'node:zlib';

export interface Entry {
  readonly name: string;
  readonly content: Buffer | string;
  /** Lies about the unpacked size in the directory. */
  readonly claims?: number;
  readonly flags?: number;
  readonly stored?: boolean;
}

export function zip(entries: readonly Entry[], large = false): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claims, flags = 0, stored = false } of entries) {
    const plain = Buffer.from(content);
    const packed = stored ? plain : deflateRawSync(plain);
    const local = Buffer.alloc(30);
    local.write('PK\x03\x04', 0, 'latin1');
    local.writeUInt16LE(name.length, 26);
    const header = Buffer.alloc(46);
    header.write('PK\x01\x02', 0, 'latin1');
    header.writeUInt16LE(flags, 8);
    header.writeUInt16LE(stored ? 0 : 8, 10);
    header.writeUInt32LE(packed.length, 20);
    header.writeUInt32LE(claims ?? plain.length, 24);
    header.writeUInt16LE(name.length, 28);
    header.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), packed);
    directory.push(header, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const index = Buffer.concat(directory);
  return Buffer.concat([
    ...locals,
    index,
    ...(large ? [largeEnd(entries.length, index.length, offset)] : []),
    end(entries.length, index.length, offset, large),
  ]);
}

function end(count: number, size: number, offset: number, large: boolean): Buffer {
  const record = Buffer.alloc(22);
  record.write('PK\x05\x06', 0, 'latin1');
  record.writeUInt16LE(large ? 0xffff : count, 10);
  record.writeUInt32LE(large ? 0xffffffff : size, 12);
  record.writeUInt32LE(large ? 0xffffffff : offset, 16);
  return record;
}

function largeEnd(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(76);
  record.write('PK\x06\x06', 0, 'latin1');
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.write('PK\x06\x07', 56, 'latin1');
  record.writeBigUInt64LE(BigInt(offset + size), 64);
  return record;
}

// Elements of a BPF map.
import { SystemCallError } from '../libc.ts';
import { bpf, Command } from './syscall.ts';

function element(command: number, what: string, fd: number, key: Uint8Array, value?: Uint8Array): void {
  bpf(
    command,
    32,
    (attributes, arena) => {
      attributes.writeUInt32LE(fd, 0);
      attributes.writeBigUInt64LE(arena.allocate(key.length, key).address, 8);
      if (value) attributes.writeBigUInt64LE(arena.allocate(value.length, value).address, 16);
    },
    what,
  );
}

export function updateElement(fd: number, key: Uint8Array, value: Uint8Array): void {
  element(Command.mapUpdate, 'map update', fd, key, value);
}

/** False where there was no such element. */
export function deleteElement(fd: number, key: Uint8Array): boolean {
  try {
    element(Command.mapDelete, 'map delete', fd, key);
    return true;
  } catch (error) {
    if (error instanceof SystemCallError && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Keys of a hash map, at most `limit`; one that comes or goes meanwhile may or may not be among them. */
export function keysOf(fd: number, keyBytes: number, limit: number): Buffer[] {
  const keys: Buffer[] = [];
  let last: Buffer | undefined;
  while (keys.length < limit) {
    const next = nextKey(fd, keyBytes, last);
    if (!next) break;
    keys.push(next);
    last = next;
  }
  return keys;
}

function nextKey(fd: number, keyBytes: number, last: Buffer | undefined): Buffer | undefined {
  let found: Buffer | undefined;
  try {
    bpf(
      Command.mapNextKey,
      32,
      (attributes, arena) => {
        const next = arena.allocate(keyBytes);
        found = next.bytes;
        attributes.writeUInt32LE(fd, 0);
        if (last) attributes.writeBigUInt64LE(arena.allocate(keyBytes, last).address, 8);
        attributes.writeBigUInt64LE(next.address, 16);
      },
      'map next key',
    );
  } catch (error) {
    if (error instanceof SystemCallError && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return found && Buffer.from(found);
}

/** The value of a key, or undefined where there is none. */
export function lookUpElement(fd: number, key: Uint8Array, valueBytes: number): Buffer | undefined {
  let value: Buffer | undefined;
  try {
    bpf(
      Command.mapLookup,
      32,
      (attributes, arena) => {
        const room = arena.allocate(valueBytes);
        value = room.bytes;
        attributes.writeUInt32LE(fd, 0);
        attributes.writeBigUInt64LE(arena.allocate(key.length, key).address, 8);
        attributes.writeBigUInt64LE(room.address, 16);
      },
      'map lookup',
    );
  } catch (error) {
    if (error instanceof SystemCallError && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return value && Buffer.from(value);
}

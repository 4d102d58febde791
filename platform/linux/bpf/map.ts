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

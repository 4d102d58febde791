import koffi from 'koffi';
import { check, libc } from '../libc.ts';

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_PRIVATE_ANONYMOUS = 0x22;

const mmap = libc.func(
  'void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)',
);
const munmap = libc.func('int munmap(void *address, size_t length)');
const getpagesize = libc.func('int getpagesize()');

export const pageSize: number = getpagesize();

export interface Mapping {
  /** Address in this process, for the kernel. */
  readonly address: bigint;
  readonly bytes: Buffer;
  unmap(): void;
}

function map(length: number, protection: number, flags: number, fd: number, offset: number): Mapping {
  const pointer = mmap(null, length, protection, flags, fd, offset);
  const address = koffi.address(pointer);
  if (address === 0xffffffffffffffffn) check(-1, 'mmap');
  return {
    address,
    bytes: Buffer.from(koffi.view(pointer, length)),
    unmap: () => void munmap(pointer, length),
  };
}

/** Maps part of a BPF map or ring buffer. `writable: false` maps it read-only. */
export function mapShared(fd: number, length: number, offset: number, writable: boolean): Mapping {
  return map(length, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, fd, offset);
}

export interface Allocation {
  readonly address: bigint;
  readonly bytes: Buffer;
}

/** Memory outside V8's heap, handed out in order: what the kernel follows a pointer to must never be moved. */
export class Arena {
  readonly #mapping: Mapping;
  #used = 0;

  constructor(size: number) {
    this.#mapping = map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
  }

  /** Zeroed, aligned to 8 bytes, filled from `content` where given. Throws RangeError when the arena is full. */
  allocate(size: number, content?: Uint8Array): Allocation {
    const start = this.#used;
    if (start + size > this.#mapping.bytes.length)
      throw new RangeError(`arena of ${this.#mapping.bytes.length} bytes is full`);
    this.#used = (start + size + 7) & ~7;
    const bytes = this.#mapping.bytes.subarray(start, start + size);
    bytes.fill(0);
    if (content) bytes.set(content);
    return { address: this.#mapping.address + BigInt(start), bytes };
  }

  reset(): void {
    this.#used = 0;
  }

  free(): void {
    this.#mapping.unmap();
  }
}

// The reader's side of BPF_MAP_TYPE_RINGBUF (kernel: Documentation/bpf/ringbuf.rst): a page with our position, then a page
// with the producer's and the data mapped twice in a row, so that a record never wraps.
import { mapShared, pageSize } from './arena.ts';

const BUSY = 0x80000000;
const DISCARDED = 0x40000000;
const LENGTH = 0x3fffffff;
const HEADER = 8;

export interface Ring {
  readonly fd: number;
  /** Hands each waiting record to `take`; the bytes are only valid during the call. Returns how many. At most `limit`. */
  drain(take: (record: Buffer) => void, limit?: number): number;
  close(): void;
}

/** `size` is the map's max_entries in bytes, a power of two. */
export function openRing(fd: number, size: number): Ring {
  const consumerPage = mapShared(fd, pageSize, 0, true);
  const producerPages = mapShared(fd, pageSize + 2 * size, pageSize, false);
  const consumer = new BigUint64Array(consumerPage.bytes.buffer, consumerPage.bytes.byteOffset, 1);
  const { buffer, byteOffset } = producerPages.bytes;
  const producer = new BigUint64Array(buffer, byteOffset, 1);
  const headers = new Uint32Array(buffer, byteOffset + pageSize, (2 * size) >> 2);
  const data = producerPages.bytes.subarray(pageSize);
  const mask = BigInt(size - 1);
  let position = Atomics.load(consumer, 0);

  return {
    fd,
    drain(take, limit = Number.POSITIVE_INFINITY) {
      let taken = 0;
      while (taken < limit && position < Atomics.load(producer, 0)) {
        const offset = Number(position & mask);
        const header = Atomics.load(headers, offset >> 2);
        if (header & BUSY) break;
        const length = header & LENGTH;
        if (!(header & DISCARDED)) {
          take(data.subarray(offset + HEADER, offset + HEADER + length));
          taken += 1;
        }
        position += BigInt((length + HEADER + 7) & ~7);
        Atomics.store(consumer, 0, position);
      }
      return taken;
    },
    close() {
      consumerPage.unmap();
      producerPages.unmap();
    },
  };
}

// bpf(2), through libc's syscall(): attributes are packed by hand as include/uapi/linux/bpf.h lays out union bpf_attr.
import { check, libc } from '../libc.ts';
import { Arena } from './arena.ts';

// The variadic and the plain calling convention agree for integers on x86-64 and on Linux arm64.
const syscall = libc.func('long syscall(long number, long command, void *attributes, unsigned int size)');
const numbers: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 321, arm64: 280 };

export const Command = {
  mapCreate: 0,
  mapLookup: 1,
  mapUpdate: 2,
  mapDelete: 3,
  mapNextKey: 4,
  programLoad: 5,
  programRun: 10,
  rawTracepointOpen: 17,
  linkCreate: 28,
} as const;

const scratch = new Arena(1 << 16);

/**
 * One bpf(2) call. `pack` writes the attributes into `size` zeroed bytes; pointers come from an arena.
 * Returns the call's result and the attributes as the kernel left them (copied). Throws SystemCallError.
 */
export function bpf(
  command: number,
  size: number,
  pack: (attributes: Buffer, scratch: Arena) => void,
  what: string,
): { result: number; attributes: Buffer } {
  const number = numbers[process.arch];
  if (number === undefined) throw new Error(`bpf(2) is not known on ${process.arch}`);
  scratch.reset();
  const attributes = scratch.allocate(size);
  pack(attributes.bytes, scratch);
  const result = check(Number(syscall(number, command, attributes.address, size)), `bpf(${what})`);
  return { result, attributes: Buffer.from(attributes.bytes) };
}

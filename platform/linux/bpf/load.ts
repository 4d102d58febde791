// Loads an artefact into the kernel: no libbpf, no libelf, no compiler. Closing what `load` returns, or the death of
// this process, takes every program out again.
import { close } from '../descriptor.ts';
import { Arena, type Mapping, mapShared } from './arena.ts';
import type { Artefact } from './artefact.ts';
import { bpf, Command } from './syscall.ts';

const CONTEXT_HEADER = 24;
const MAP_DESCRIPTOR = 16;
const PROGRAM_DESCRIPTOR = 4;
const PROGRAM_TYPE_SYSCALL = 31;
const SLEEPABLE = 16;
const MAP_TYPE_ARRAY = 2;
const MAX_MAPPED = 1 << 24;

export interface LoadedBpf {
  readonly maps: Readonly<Record<string, number>>;
  readonly programs: readonly { readonly name: string; readonly section: string; readonly fd: number }[];
  /** A global variable of .bss or .data, live. */
  read(variable: string): number;
  write(variable: string, value: number): void;
  close(): void;
}

/** Throws SystemCallError (EPERM: not privileged; EINVAL, ENOTSUP: the kernel is too old or refuses a program). */
export function loadBpf(artefact: Artefact): LoadedBpf {
  const contextBytes =
    CONTEXT_HEADER + MAP_DESCRIPTOR * artefact.maps.length + PROGRAM_DESCRIPTOR * artefact.programs.length;
  const sectionBytes = Object.values(artefact.sections).reduce(
    (sum, section) => sum + section.mappedBytes,
    0,
  );
  const arena = new Arena(
    artefact.data.length + artefact.instructions.length + contextBytes + sectionBytes + 65536,
  );
  try {
    const context = arena.allocate(contextBytes);
    context.bytes.writeUInt32LE(contextBytes, 0);
    artefact.maps.forEach((name, index) => {
      const section = artefact.sections[name];
      if (!section) return;
      const initial = arena.allocate(section.mappedBytes, Buffer.from(section.content, 'base64'));
      context.bytes.writeBigUInt64LE(initial.address, CONTEXT_HEADER + MAP_DESCRIPTOR * index + 8);
    });
    runLoader(artefact, arena, context);
    return describe(artefact, context.bytes);
  } finally {
    arena.free();
  }
}

function runLoader(artefact: Artefact, arena: Arena, context: { address: bigint; bytes: Buffer }): void {
  const descriptors: number[] = [];
  try {
    const mapFd = bpf(
      Command.mapCreate,
      72,
      (a) => {
        a.writeUInt32LE(MAP_TYPE_ARRAY, 0);
        a.writeUInt32LE(4, 4);
        a.writeUInt32LE(artefact.data.length, 8);
        a.writeUInt32LE(1, 12);
        a.write('__loader.map', 28);
      },
      'loader map',
    ).result;
    descriptors.push(mapFd);
    bpf(
      Command.mapUpdate,
      32,
      (a) => {
        a.writeUInt32LE(mapFd, 0);
        a.writeBigUInt64LE(arena.allocate(4).address, 8);
        a.writeBigUInt64LE(arena.allocate(artefact.data.length, artefact.data).address, 16);
      },
      'loader data',
    );
    const fds = arena.allocate(8);
    fds.bytes.writeInt32LE(mapFd, 0);
    const programFd = bpf(
      Command.programLoad,
      128,
      (a) => {
        a.writeUInt32LE(PROGRAM_TYPE_SYSCALL, 0);
        a.writeUInt32LE(artefact.instructions.length / 8, 4);
        a.writeBigUInt64LE(arena.allocate(artefact.instructions.length, artefact.instructions).address, 8);
        a.writeBigUInt64LE(arena.allocate(16, Buffer.from('Dual BSD/GPL\0')).address, 16);
        a.writeUInt32LE(SLEEPABLE, 44);
        a.write('__loader.prog', 48);
        a.writeBigUInt64LE(fds.address, 120);
      },
      'loader program',
    ).result;
    descriptors.push(programFd);
    const run = bpf(
      Command.programRun,
      80,
      (a) => {
        a.writeUInt32LE(programFd, 0);
        a.writeUInt32LE(context.bytes.length, 40);
        a.writeBigUInt64LE(context.address, 48);
      },
      'loader run',
    );
    const returned = run.attributes.readInt32LE(4);
    if (returned < 0) throw new Error(`the kernel refused the BPF program: errno ${-returned}`);
  } finally {
    for (const fd of descriptors) close(fd);
  }
}

function describe(artefact: Artefact, context: Buffer): LoadedBpf {
  const maps: Record<string, number> = {};
  artefact.maps.forEach((name, index) => {
    maps[name] = context.readInt32LE(CONTEXT_HEADER + MAP_DESCRIPTOR * index);
  });
  const programsAt = CONTEXT_HEADER + MAP_DESCRIPTOR * artefact.maps.length;
  const programs = artefact.programs.map(({ name, section }, index) => ({
    name,
    section,
    fd: context.readInt32LE(programsAt + PROGRAM_DESCRIPTOR * index),
  }));
  const mappings = new Map<string, Mapping>();
  for (const [name, section] of Object.entries(artefact.sections)) {
    const fd = maps[name];
    if (name === 'rodata' || fd === undefined || section.mappedBytes > MAX_MAPPED) continue;
    mappings.set(name, mapShared(fd, section.mappedBytes, 0, true));
  }
  function locate(variable: string): { bytes: Buffer; offset: number; size: number } {
    const place = artefact.variables[variable];
    const mapping = place && mappings.get(place.section);
    if (!mapping) throw new Error(`the BPF program has no variable ${variable}`);
    return { bytes: mapping.bytes, offset: place.offset, size: place.size };
  }
  return {
    maps,
    programs,
    read(variable) {
      const { bytes, offset, size } = locate(variable);
      return size === 8 ? Number(bytes.readBigUInt64LE(offset)) : bytes.readUIntLE(offset, size);
    },
    write(variable, value) {
      const { bytes, offset, size } = locate(variable);
      if (size === 8) bytes.writeBigUInt64LE(BigInt(value), offset);
      else bytes.writeUIntLE(value, offset, size);
    },
    close() {
      for (const mapping of mappings.values()) mapping.unmap();
      for (const { fd } of programs) close(fd);
      for (const fd of Object.values(maps)) close(fd);
    },
  };
}

// The kernel program as something the sensor's poll(2) can wait on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackArtefact } from '../../platform/linux/bpf/artefact.ts';
import { attachBpf, cgroupRoot } from '../../platform/linux/bpf/attach.ts';
import { type LoadedBpf, loadBpf } from '../../platform/linux/bpf/load.ts';
import { deleteElement, keysOf, lookUpElement, updateElement } from '../../platform/linux/bpf/map.ts';
import { openRing } from '../../platform/linux/bpf/ring.ts';
import type { Source } from '../sensor/tree.ts';
import { decodeRecord, type TreeRecord } from './records.ts';

/** `records` in bpf/lifeguard.bpf.c. */
const RING_BYTES = 1 << 21;
/** Records handled before the sensor looks at its other sources again. */
const RECORDS_PER_TURN = 512;

/** Why a process is in a package tree: `enum tag_flags` in the kernel program. */
export const TagFlag = { installScript: 1, packageCode: 2, otherScript: 4 } as const;

export interface Root {
  readonly pid: number;
  /** Start of the root process, nanoseconds since boot. */
  readonly startNs: bigint;
}

const MAX_PROCESSES = 16_384;
const TAG_BYTES = 24;
const SENTENCE_BYTES = 16;

export interface PackageTreeSource extends Source {
  /** Puts a running process into a tree; its later children follow by themselves. */
  tag(pid: number, root: Root, flags: number): void;
  untag(pid: number): void;
  /** Pids that are in this tree now, as the kernel has it. */
  members(root: Root): number[];
  /** From now on `signal` reaches whoever forks or executes in the tree (0: none), and `cut` makes nothing reachable from it. */
  sentence(root: Root, sentence: { signal: number; cut: boolean }): void;
  /** Takes that back. Returns how often a signal was sent on that account. */
  pardon(root: Root): number;
  counters(): Readonly<Record<string, number>>;
}

/** Throws (SystemCallError with its code) where the kernel has no BTF, is too old or does not let us. */
export function openPackageTrees(take: (record: TreeRecord) => void): PackageTreeSource {
  const cgroup = cgroupRoot();
  if (cgroup === undefined) throw new Error('cgroup v2 is not mounted');
  const loaded = loadNewest();
  let detach: () => void;
  try {
    detach = attachBpf(loaded, cgroup);
  } catch (error) {
    loaded.close();
    throw error;
  }
  const trees = mapOf(loaded, 'trees');
  const contained = mapOf(loaded, 'contained');
  const ring = openRing(mapOf(loaded, 'records'), RING_BYTES);
  let unknown = 0;
  return {
    fd: ring.fd,
    drain() {
      ring.drain((bytes) => {
        const record = decodeRecord(bytes);
        if (record) take(record);
        else unknown += 1;
      }, RECORDS_PER_TURN);
    },
    tag: (pid, root, flags) => updateElement(trees, key(pid), tagValue(root, flags)),
    untag: (pid) => void deleteElement(trees, key(pid)),
    members: (root) =>
      keysOf(trees, 4, MAX_PROCESSES)
        .filter((pid) => isOf(lookUpElement(trees, pid, TAG_BYTES), root))
        .map((pid) => pid.readUInt32LE(0)),
    sentence: (root, { signal, cut }) => updateElement(contained, rootKey(root), sentenceValue(signal, cut)),
    pardon(root) {
      const value = lookUpElement(contained, rootKey(root), SENTENCE_BYTES);
      deleteElement(contained, rootKey(root));
      return Number(value?.readBigUInt64LE(8) ?? 0);
    },
    counters: () => ({
      'records-lost': loaded.read('lost_records'),
      'tags-lost': loaded.read('lost_tags'),
      'unknown-records': unknown,
      'unread-arguments': loaded.read('unread_arguments'),
      'unread-environments': loaded.read('unread_environments'),
    }),
    close() {
      detach();
      ring.close();
      loaded.close();
    },
  };
}

/** The variant for Linux 6.13, or where the kernel refuses that, the one for 5.17. */
function loadNewest(): LoadedBpf {
  try {
    return loadVariant('lifeguard-6.13.bpf.bin');
  } catch {
    return loadVariant('lifeguard.bpf.bin');
  }
}

function loadVariant(name: string): LoadedBpf {
  return loadBpf(unpackArtefact(readFileSync(join(import.meta.dirname, 'bpf', name))));
}

function mapOf(loaded: LoadedBpf, name: string): number {
  const fd = loaded.maps[name];
  if (fd === undefined) throw new Error(`the BPF program has no map ${name}`);
  return fd;
}

function key(pid: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(pid);
  return bytes;
}

/** struct tag */
function tagValue(root: Root, flags: number): Buffer {
  const bytes = Buffer.alloc(TAG_BYTES);
  bytes.writeUInt32LE(root.pid, 0);
  bytes.writeUInt32LE(flags, 4);
  bytes.writeBigUInt64LE(root.startNs, 8);
  return bytes;
}

function isOf(tag: Buffer | undefined, root: Root): boolean {
  return tag !== undefined && tag.readUInt32LE(0) === root.pid && tag.readBigUInt64LE(8) === root.startNs;
}

/** struct root */
function rootKey(root: Root): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(root.pid, 0);
  bytes.writeBigUInt64LE(root.startNs, 8);
  return bytes;
}

/** struct sentence */
function sentenceValue(signal: number, cut: boolean): Buffer {
  const bytes = Buffer.alloc(SENTENCE_BYTES);
  bytes.writeUInt32LE(signal, 0);
  bytes.writeUInt32LE(cut ? 1 : 0, 4);
  return bytes;
}

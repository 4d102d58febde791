// The kernel program as something the sensor's poll(2) can wait on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackArtefact } from '../../platform/linux/bpf/artefact.ts';
import { attachBpf, cgroupRoot } from '../../platform/linux/bpf/attach.ts';
import { type LoadedBpf, loadBpf } from '../../platform/linux/bpf/load.ts';
import { deleteElement, updateElement } from '../../platform/linux/bpf/map.ts';
import { openRing } from '../../platform/linux/bpf/ring.ts';
import type { Source } from '../sensor/tree.ts';
import { decodeRecord, type TreeRecord } from './records.ts';

/** `records` in bpf/lifeguard.bpf.c. */
const RING_BYTES = 1 << 21;
/** Records handled before the sensor looks at its other sources again. */
const RECORDS_PER_TURN = 512;

/** Why a process is in a package tree: `enum tag_flags` in the kernel program. */
export const TagFlag = { installScript: 1, packageCode: 2, otherScript: 4 } as const;

export interface PackageTreeSource extends Source {
  /** Puts a running process into a tree; its later children follow by themselves. */
  tag(pid: number, root: { pid: number; startNs: bigint }, flags: number): void;
  untag(pid: number): void;
  counters(): Readonly<Record<string, number>>;
}

/** Throws (SystemCallError with its code) where the kernel has no BTF, is too old or does not let us. */
export function openPackageTrees(take: (record: TreeRecord) => void): PackageTreeSource {
  const cgroup = cgroupRoot();
  if (cgroup === undefined) throw new Error('cgroup v2 is not mounted');
  const loaded = loadBpf(unpackArtefact(readFileSync(join(import.meta.dirname, 'bpf', 'lifeguard.bpf.bin'))));
  let detach: () => void;
  try {
    detach = attachBpf(loaded, cgroup);
  } catch (error) {
    loaded.close();
    throw error;
  }
  const trees = mapOf(loaded, 'trees');
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
function tagValue(root: { pid: number; startNs: bigint }, flags: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32LE(root.pid, 0);
  bytes.writeUInt32LE(flags, 4);
  bytes.writeBigUInt64LE(root.startNs, 8);
  return bytes;
}

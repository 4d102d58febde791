import { closeSync, openSync, readFileSync } from 'node:fs';
import { close } from '../descriptor.ts';
import type { LoadedBpf } from './load.ts';
import { bpf, Command } from './syscall.ts';

/** enum bpf_attach_type */
const cgroupAttachTypes: Readonly<Record<string, number>> = {
  'cgroup_skb/ingress': 0,
  'cgroup_skb/egress': 1,
  'cgroup/connect4': 10,
  'cgroup/connect6': 11,
  'cgroup/sendmsg4': 14,
  'cgroup/sendmsg6': 15,
};

/** Where cgroup v2 is mounted: /sys/fs/cgroup, or below it on a hybrid hierarchy. Undefined where it is not. */
export function cgroupRoot(): string | undefined {
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
    const [, directory, type] = line.split(' ');
    if (type === 'cgroup2') return directory;
  }
  return undefined;
}

/** Attaches every program: tracing programs to their tracepoint, cgroup programs to `cgroup`. Returns what detaches them. */
export function attachBpf(loaded: LoadedBpf, cgroup: string): () => void {
  const links: number[] = [];
  const directory = openSync(cgroup, 'r');
  try {
    for (const { name, section, fd } of loaded.programs) {
      const type = cgroupAttachTypes[section];
      links.push(type === undefined ? attachTracing(fd, name) : attachCgroup(fd, directory, type, name));
    }
  } catch (error) {
    for (const link of links) close(link);
    throw error;
  } finally {
    closeSync(directory);
  }
  return () => {
    for (const link of links.splice(0)) close(link);
  };
}

function attachTracing(program: number, name: string): number {
  return bpf(Command.rawTracepointOpen, 16, (a) => a.writeUInt32LE(program, 8), `attach ${name}`).result;
}

function attachCgroup(program: number, cgroup: number, type: number, name: string): number {
  const pack = (a: Buffer): void => {
    a.writeUInt32LE(program, 0);
    a.writeUInt32LE(cgroup, 4);
    a.writeUInt32LE(type, 8);
  };
  return bpf(Command.linkCreate, 16, pack, `attach ${name}`).result;
}

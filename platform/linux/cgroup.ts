// A control group of version 2 for processes that must stop together. Moving a process here takes it out of its own group
// (a session's, a service's), so it is done to what is being contained and to nothing else.
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupRoot } from './bpf/attach.ts';

const PARENT = 'lifeguard';

export interface Cgroup {
  readonly path: string;
  /** False where the process is gone. */
  add(pid: number): boolean;
  /** All threads in it, including those that come later, stand still before this has long returned; memory and files stay. */
  freeze(): void;
  thaw(): void;
  /** SIGKILL to everything in it, at once (Linux 5.14). */
  kill(): void;
  pids(): number[];
  /** Whether the kernel has finished freezing. */
  isFrozen(): boolean;
  /** Removes it; false while something still runs in it. */
  remove(): boolean;
}

/** Makes the group, or takes the one of this name that is there. Throws where cgroup v2 is not mounted or not writable. */
export function openCgroup(name: string): Cgroup {
  const root = cgroupRoot();
  if (root === undefined) throw new Error('cgroup v2 is not mounted');
  const path = join(root, PARENT, name.replaceAll(/[^A-Za-z0-9-]/g, '_'));
  mkdirSync(path, { recursive: true });
  const file = (control: string): string => join(path, control);
  return {
    path,
    add(pid) {
      try {
        writeFileSync(file('cgroup.procs'), String(pid));
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
        throw error;
      }
    },
    freeze: () => writeFileSync(file('cgroup.freeze'), '1'),
    thaw: () => writeFileSync(file('cgroup.freeze'), '0'),
    kill: () => writeFileSync(file('cgroup.kill'), '1'),
    pids: () => readFileSync(file('cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number),
    isFrozen: () => /^frozen 1$/m.test(readFileSync(file('cgroup.events'), 'utf8')),
    remove() {
      try {
        rmdirSync(path);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
        throw error;
      }
    },
  };
}

import { libc } from './libc.ts';

const PRIO_PROCESS = 0;

const setpriority: (which: number, who: number, nice: number) => number = libc.func(
  'int setpriority(int which, uint who, int nice)',
);

/** Changes the nice value of the calling thread alone (Linux keeps it per thread). False where it is not permitted. */
export function setThreadNice(nice: number): boolean {
  return setpriority(PRIO_PROCESS, 0, nice) === 0;
}

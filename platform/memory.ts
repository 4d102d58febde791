import { system } from './system.ts';

/** Gives memory back that only the start of this process needed. Silent where the system has no way to. */
export async function releaseStartupMemory(): Promise<void> {
  if (system === 'linux') (await import('./linux/memory.ts')).releaseStartupMemory();
}

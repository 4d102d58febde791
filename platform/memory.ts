import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { system } from './system.ts';

type Collect = (how: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/**
 * Gives memory back that the start of this process, or a burst of work, has left behind: garbage, code that ran once,
 * pages of the program file.
 * Stops this thread for about 0.1 s.
 */
export async function releaseMemory(): Promise<void> {
  // Node has no other way to ask for a collection without a flag on the command line.
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as Collect)({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  setFlagsFromString('--no-expose-gc');
  if (system === 'linux') (await import('./linux/memory.ts')).releasePages();
}

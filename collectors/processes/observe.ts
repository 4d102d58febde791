// What /proc shows of a process now. The environment comes first: a lifecycle shell may be gone a millisecond later.
import {
  readArguments,
  readImage,
  readStandardInput,
  readWorkingDirectory,
} from '../../platform/linux/procfs.ts';
import { readEnvironment } from '../../platform/linux/procfs-environment.ts';
import type { RecordedExec } from '../sensor/tree.ts';
import type { Observation } from './evidence.ts';
import { boundedPath } from './describe.ts';
import { WANTED, scriptEnvironment } from './environment.ts';

/** Arguments looked at; a command line may hold two million. */
const MAX_WORDS = 256;

/** Undefined where it was gone, or is a kernel thread. */
export function observe(pid: number): Observation | undefined {
  const variables = readEnvironment(pid, WANTED);
  const image = readImage(pid);
  if (image === undefined) return undefined;
  // A process may hide its arguments (PR_SET_MM); it is still looked at.
  const words = readArguments(pid) ?? [];
  return {
    image: boundedPath(image),
    words: words.length > MAX_WORDS ? words.slice(0, MAX_WORDS) : words,
    directory: boundedPath(readWorkingDirectory(pid) ?? ''),
    environment: variables && scriptEnvironment(variables),
    onTerminal: () => /^\/dev\/(?:pts\/|tty)/.test(readStandardInput(pid) ?? ''),
  };
}

/** The same from what the kernel recorded; `directory` is where the process was last seen. */
export function observeRecord({ filename, words, variables }: RecordedExec, directory: string): Observation {
  return {
    image: boundedPath(filename),
    words: words.length > MAX_WORDS ? words.slice(0, MAX_WORDS) : words,
    directory,
    environment: variables && scriptEnvironment(variables),
    onTerminal: () => false,
  };
}

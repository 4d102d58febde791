import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CentralError, systemReason } from './central-error.ts';

/** `central/` in the state directory, mode 0700, made where it is missing. Rejects with E_STATE_DIRECTORY or E_CONFIG. */
export async function ownDirectory(stateDir: string | undefined): Promise<string> {
  if (stateDir === undefined) throw new CentralError('E_CONFIG', 'stateDir is not set');
  const directory = join(stateDir, 'central');
  try {
    await make(directory, 0o700);
    await chmod(directory, 0o700);
    return directory;
  } catch (error) {
    throw new CentralError('E_STATE_DIRECTORY', `cannot use ${directory}: ${systemReason(error)}`, error);
  }
}

/** Node's own recursive mkdir never returns where a file system answers ENOENT for a child of a directory that is there (/proc). */
async function make(directory: string, mode: number): Promise<void> {
  const parent = dirname(directory);
  try {
    await mkdir(directory, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || parent === directory) throw error;
    // The agent's socket lies in the same state directory, and everyone on this machine may reach it.
    await make(parent, 0o711);
    await mkdir(directory, { mode });
  }
}

// The session in a file, for machines without a keychain: only where it was asked for, readable by its owner alone.
import { access, constants, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CommandFailure } from '../failure.ts';
import { type Keeper, parseKept } from './keeper.ts';

const MAX_FILE = 4096;

export function sessionFile(name: string): Keeper {
  const file = resolve(name);
  return {
    name: file,
    check: () => attempt(file, () => access(dirname(file), constants.W_OK)),
    save: (session) => attempt(file, () => write(file, `${JSON.stringify(session)}\n`)),
    all: () => attempt(file, () => read(file)),
    remove: () => attempt(file, () => rm(file, { force: true })),
  };
}

async function write(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  // `wx`: nobody's link of that name is followed.
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

async function read(file: string) {
  const { size, mode } = await stat(file);
  if (size > MAX_FILE) throw new Error('it is no session file');
  if ((mode & 0o077) !== 0) throw new Error('others may read it; chmod 600 it, or sign in again');
  return [parseKept(await readFile(file, 'utf8'))].filter((session) => session !== undefined);
}

async function attempt<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new CommandFailure(`${file} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

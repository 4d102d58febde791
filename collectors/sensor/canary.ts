// The self-test: what a sensor says it can do, it has done once to a file of our own. An attach that succeeds proves nothing.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from '../../platform/linux/fanotify.ts';
import type { Life } from './life.ts';
import type { Failure, Notice } from './protocol.ts';

/** Milliseconds for one step; a machine under load needs some tens. */
const PATIENCE = 3000;

/** What was proven; `undefined` is success, text says what happened instead. */
export interface FileProof {
  readonly seeing: string | undefined;
  readonly blocking: string | undefined;
  /** Whether the tree knew the reader and who started it. */
  readonly starting: string | undefined;
}

interface Reading {
  readonly pid: number | undefined;
  readonly exitCode: number | null;
  readonly message: string;
  readonly opened: Extract<Notice, { type: 'decoy-opened' }> | undefined;
}

/** Has another process open a decoy twice, once allowed and once denied. Never rejects. */
export async function testFiles(life: Life): Promise<FileProof> {
  try {
    return await readDecoys(life);
  } catch (error) {
    // No room for a decoy, no answer in time, the thread ended: nothing is proven.
    const why = `the self-test failed: ${error instanceof Error ? error.message : String(error)}`;
    return { seeing: why, blocking: why, starting: why };
  }
}

async function readDecoys(life: Life): Promise<FileProof> {
  const directory = await mkdtemp(join(await realpath(tmpdir()), 'lifeguard-decoy-'));
  try {
    const path = join(directory, 'decoy');
    await writeFile(path, 'decoy of the Lifeguard self-test\n', { mode: 0o600 });
    const allowed = await readUnder(life, path, 'allow');
    const denied = await readUnder(life, path, 'deny');
    return {
      seeing: sawRead(allowed),
      blocking: blockedRead(denied),
      starting: sawStart(allowed),
    };
  } finally {
    life.send({ type: 'decoy', decoy: undefined });
    await rm(directory, { recursive: true, force: true });
  }
}

async function readUnder(life: Life, path: string, answer: Answer): Promise<Reading> {
  const failure = await setDecoy(life, path, answer);
  if (failure) return { pid: undefined, exitCode: null, message: failure.message, opened: undefined };
  let opened: Reading['opened'];
  const saw = (notice: Extract<Notice, { type: 'decoy-opened' }>) => (opened = notice);
  life.notices.on('decoy-opened', saw);
  try {
    const reading = await readInChild(path);
    // The notice was sent before the child went on, but another thread delivers it.
    if (!opened) await arrival(life, 'decoy-opened').catch(() => undefined);
    return { ...reading, opened };
  } finally {
    life.notices.off('decoy-opened', saw);
  }
}

async function setDecoy(life: Life, path: string, answer: Answer): Promise<Failure | undefined> {
  const done = arrival(life, 'decoy-set');
  life.send({ type: 'decoy', decoy: { path, answer } });
  const [notice] = (await done) as [Extract<Notice, { type: 'decoy-set' }>];
  return notice.failure;
}

function arrival(life: Life, type: Notice['type']): Promise<unknown[]> {
  return once(life.notices, type, { signal: AbortSignal.any([life.ended, AbortSignal.timeout(PATIENCE)]) });
}

function readInChild(path: string): Promise<Omit<Reading, 'opened'>> {
  const env = { LC_ALL: 'C', PATH: '/usr/bin:/bin:/run/current-system/sw/bin' };
  return new Promise((resolve) => {
    const child = execFile('cat', [path], { env, timeout: PATIENCE }, (error, _, stderr) =>
      resolve({ pid: child.pid, exitCode: child.exitCode, message: stderr.trim() || (error?.message ?? '') }),
    );
  });
}

function sawRead({ opened, message }: Reading): string | undefined {
  return opened ? undefined : `the read of a decoy was not seen${message && ` (${message})`}`;
}

function blockedRead({ opened, exitCode, message }: Reading): string | undefined {
  if (!opened) return `the read of a decoy was not seen${message && ` (${message})`}`;
  if (exitCode === 0) return 'the kernel was told to refuse the read of a decoy, and it succeeded';
  return message.includes('Operation not permitted')
    ? undefined
    : `the read of a decoy failed otherwise: ${message}`;
}

function sawStart({ opened, pid }: Reading): string | undefined {
  if (opened?.forks === 0) return 'the kernel told of no process that was started';
  if (opened?.pid !== pid || !opened?.image) return 'a process that was just started was not in the tree';
  return opened.parent === process.pid
    ? undefined
    : 'a process that was just started had another parent in the tree';
}

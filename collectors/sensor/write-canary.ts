// The self-test of the sensor of writes, as canary.ts is of the held opens.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Life } from './life.ts';
import type { Notice } from './protocol.ts';

/** Milliseconds for a shell to write a file. */
const PATIENCE = 3000;

/** Another process writes a file in a directory of ours. Undefined is success. Never rejects. */
export async function testWrite(life: Life): Promise<string | undefined> {
  try {
    const directory = await mkdtemp(join(await realpath(tmpdir()), 'lifeguard-decoy-'));
    try {
      return await writeIn(directory, life);
    } finally {
      life.send({ type: 'expect-write', directory: undefined });
      await rm(directory, { recursive: true, force: true });
    }
  } catch (error) {
    return `the write of a decoy was not seen (${error instanceof Error ? error.message : String(error)})`;
  }
}

async function writeIn(directory: string, life: Life): Promise<string | undefined> {
  const signal = AbortSignal.any([life.ended, AbortSignal.timeout(PATIENCE)]);
  const marked = once(life.notices, 'write-expected', { signal });
  life.send({ type: 'expect-write', directory });
  const [{ failure }] = (await marked) as [Extract<Notice, { type: 'write-expected' }>];
  if (failure) return failure.message;
  const seen = once(life.notices, 'expected-write', { signal });
  const env = { LC_ALL: 'C', PATH: '/usr/bin:/bin:/run/current-system/sw/bin' };
  const child = execFile('sh', ['-c', 'echo decoy > "$0"', join(directory, 'decoy')], {
    env,
    timeout: PATIENCE,
  });
  const [{ pid }] = (await seen) as [Extract<Notice, { type: 'expected-write' }>];
  return pid === child.pid ? undefined : 'a write was seen, but not whose it was';
}

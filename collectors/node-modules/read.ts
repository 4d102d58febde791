// Reads files that others own and may swap for anything: a link to a secret, a pipe that never ends, a file of gigabytes.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

export type ReadErrorCode = 'E_READ_DENIED' | 'E_READ_NOT_A_FILE' | 'E_READ_TOO_LARGE' | 'E_READ_FAILED';

export class ReadError extends Error {
  readonly code: ReadErrorCode;

  constructor(code: ReadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReadError';
    this.code = code;
  }
}

/** Absent on Windows, where links need a privilege and pipes lie elsewhere. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The text of a regular file of at most `limit` bytes; undefined where there is none.
 * @throws ReadError
 */
export async function readText(path: string, limit: number): Promise<string | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, FLAGS);
  } catch (cause) {
    return absentOrThrow(path, cause);
  }
  try {
    const { size } = await inspect(file, path, limit);
    const buffer = Buffer.allocUnsafe(size);
    const { bytesRead } = await file.read(buffer, 0, size, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (cause) {
    if (cause instanceof ReadError) throw cause;
    throw new ReadError('E_READ_FAILED', `cannot read ${path}`, { cause });
  } finally {
    await file.close();
  }
}

async function inspect(file: FileHandle, path: string, limit: number): Promise<{ size: number }> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new ReadError('E_READ_NOT_A_FILE', `${path} is not a regular file`);
  if (stats.size > limit) throw new ReadError('E_READ_TOO_LARGE', `${path} is larger than ${limit} bytes`);
  return { size: stats.size };
}

function absentOrThrow(path: string, cause: unknown): undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  if (code === 'ELOOP' || code === 'ENXIO')
    throw new ReadError('E_READ_NOT_A_FILE', `${path} is a link or a device`, { cause });
  if (code === 'EACCES' || code === 'EPERM')
    throw new ReadError('E_READ_DENIED', `${path} may not be read`, { cause });
  throw new ReadError('E_READ_FAILED', `cannot open ${path}`, { cause });
}

// Name and version as a package's own package.json has them. The file belongs to whoever wrote the package: it may be a
// FIFO, a link to somewhere slow, huge, or no JSON at all. Read without blocking, bounded in size and in time.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

export interface Manifest {
  readonly name?: string;
  readonly version?: string;
}

/** npm's registry refuses manifests that come near this size. */
const MAX_BYTES = 1024 * 1024;
/** A local file takes well under a millisecond; whoever waits longer hangs on a network or a hostile file system, ms. */
const DEADLINE = 250;

/** The agent reads files in two threads (platform/runtime.ts): one may hang before no further manifest is tried. */
const MAX_HANGING = 1;

let hanging = 0;

/** Undefined where there is none that can be read. Never rejects. */
export async function readManifest(directory: string): Promise<Manifest | undefined> {
  if (hanging >= MAX_HANGING) return undefined;
  const timeout = Promise.withResolvers<undefined>();
  const reading = readBounded(join(directory, 'package.json'));
  const timer = setTimeout(() => {
    hanging += 1;
    void reading.finally(() => (hanging -= 1));
    timeout.resolve(undefined);
  }, DEADLINE);
  const text = await Promise.race([reading, timeout.promise]);
  clearTimeout(timer);
  return text === undefined ? undefined : parse(text);
}

async function readBounded(file: string): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK a FIFO of that name would hold the thread for ever.
    handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const { size } = await handle.stat().then((stats) => (stats.isFile() ? stats : { size: Infinity }));
    if (size > MAX_BYTES) return undefined;
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}

function parse(text: string): Manifest | undefined {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found !== 'object' || found === null) return undefined;
    const { name, version } = found as Record<string, unknown>;
    return { ...(typeof name === 'string' && { name }), ...(typeof version === 'string' && { version }) };
  } catch {
    return undefined;
  }
}

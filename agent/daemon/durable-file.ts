import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Replaces `file` (mode 0600) so that after a crash either the old or the new content is there, never a part. */
export function writeDurably(file: string, content: string): void {
  const next = `${file}.new`;
  rmSync(next, { force: true });
  const descriptor = openSync(next, 'wx', 0o600);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(next, file);
  syncDirectory(dirname(file));
}

/** The new name itself is durable only when the directory is. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

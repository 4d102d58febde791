// /proc without exceptions: a process that is gone, or that we may not see, is `undefined`. Every read is bounded.
// Nothing here opens a file outside /proc: an open of a marked file by the thread that answers held opens would never return.
import { readdirSync } from 'node:fs';
import { close, read, readLink } from './descriptor.ts';
import { libc } from './libc.ts';

const O_RDONLY_CLOEXEC = 0o2000000;
const X_OK_NONE = 0;
const PATH_MAX = 4096;

const openCall: (path: string, flags: number) => number = libc.func('int open(const char *path, int flags)');
const access: (path: string, mode: number) => number = libc.func('int access(const char *path, int mode)');
const realpathCall: (path: string, into: Buffer) => unknown = libc.func(
  'void *realpath(const char *path, void *into)',
);

/** Room for one read; longer files are read in pieces by those who want more. */
const buffer = Buffer.allocUnsafeSlow(128 * 1024);
const resolved = Buffer.allocUnsafeSlow(PATH_MAX);

/** Opens a file of /proc; -1 where that is not possible. */
export function openProc(path: string): number {
  return openCall(path, O_RDONLY_CLOEXEC);
}

/** The first bytes (at most 128 KiB) of a file of /proc. The result is overwritten by the next call. */
function readProc(path: string): Buffer | undefined {
  const fd = openProc(path);
  if (fd < 0) return undefined;
  let length = 0;
  while (length < buffer.length) {
    const got = read(fd, length === 0 ? buffer : buffer.subarray(length), buffer.length - length);
    if (got <= 0) break;
    length += got;
  }
  close(fd);
  return buffer.subarray(0, length);
}

export interface ProcessStat {
  readonly state: string;
  readonly parent: number;
  /** µs since boot, suspend included; the kernel gives it in steps of 10 ms. */
  readonly start: number;
  readonly threads: number;
  /** Where the stack of this program image began: random for every exec, the same in a forked child. '0' where hidden. */
  readonly stack: string;
}

/** Fields of /proc/PID/stat (proc_pid_stat(5)). */
export function readStat(pid: number): ProcessStat | undefined {
  const content = readProc(`/proc/${pid}/stat`);
  if (!content || content.length === 0) return undefined;
  const text = content.toString('latin1');
  // The name is in parentheses and may hold any byte, also a parenthesis.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    threads: Number(fields[17]),
    // USER_HZ is 100 on every architecture that Node runs on.
    start: Number(fields[19]) * 10_000,
    stack: fields[25] ?? '0',
  };
}

/** Arguments as the process shows them now (it can overwrite them); empty for a kernel thread or a zombie. */
export function readArguments(pid: number): readonly string[] | undefined {
  const content = readProc(`/proc/${pid}/cmdline`);
  if (!content) return undefined;
  if (content.length === 0) return [];
  const end = content.at(-1) === 0 ? content.length - 1 : content.length;
  return content.toString('utf8', 0, end).split('\0');
}

/** Executable as the kernel resolved it. */
export function readImage(pid: number): string | undefined {
  return readLink(`/proc/${pid}/exe`);
}

export function readWorkingDirectory(pid: number): string | undefined {
  return readLink(`/proc/${pid}/cwd`);
}

/** What standard input is: a path, or `pipe:[…]`, `socket:[…]`. */
export function readStandardInput(pid: number): string | undefined {
  return readLink(`/proc/${pid}/fd/0`);
}

/** Real user id, or -1. */
export function readUser(pid: number): number {
  const content = readProc(`/proc/${pid}/status`);
  const found = content && /^Uid:\t(\d+)/m.exec(content.toString('latin1'));
  return found ? Number(found[1]) : -1;
}

/** Pids of all processes that are there now. */
export function listProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Whether something has this name. Looks only: a held open is not caused by it. */
export function exists(path: string): boolean {
  return access(path, X_OK_NONE) === 0;
}

/** The path without symbolic links, or undefined where it does not exist. Looks only, like `exists`. */
export function realPath(path: string): string | undefined {
  if (path.length >= PATH_MAX || realpathCall(path, resolved) === null) return undefined;
  return resolved.toString('utf8', 0, resolved.indexOf(0));
}

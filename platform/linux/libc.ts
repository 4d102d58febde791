// The one door to the C library. Every struct is packed by hand into a Buffer; nothing here allocates per call.
import koffi from 'koffi';

/** glibc or musl, by the name that the loader of this system knows. Throws where neither is there (not Linux). */
function open(): ReturnType<typeof koffi.load> {
  try {
    return koffi.load('libc.so.6');
  } catch {
    return koffi.load(process.arch === 'arm64' ? 'libc.musl-aarch64.so.1' : 'libc.musl-x86_64.so.1');
  }
}

export const libc = open();

/** errno of the last call on this thread. Read it before anything else happens. */
export function errno(): number {
  return koffi.errno();
}

export class SystemCallError extends Error {
  readonly code: string;
  readonly errno: number;
  constructor(call: string, number: number) {
    const found = Object.entries(koffi.os.errno).find(([, value]) => value === number);
    const code = found?.[0] ?? `errno ${number}`;
    super(`${call}: ${code}`);
    this.code = code;
    this.errno = number;
  }
}

/** Passes a non-negative result through; throws `SystemCallError` for a negative one. */
export function check(result: number, call: string): number {
  if (result < 0) throw new SystemCallError(call, errno());
  return result;
}

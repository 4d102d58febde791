// Who is at the other end of a UNIX socket, as the kernel wrote it down when the connection was made (unix(7), SO_PEERCRED).
import { check, libc } from './libc.ts';

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** struct ucred: pid 0, uid 4, gid 8. */
const UCRED_SIZE = 12;

const getsockopt: (fd: number, level: number, name: number, value: Buffer, length: Buffer) => number =
  libc.func('int getsockopt(int fd, int level, int name, void *value, void *length)');

export interface Peer {
  readonly pid: number;
  readonly uid: number;
}

/** Throws `SystemCallError`. */
export function peerOf(fd: number): Peer {
  const credentials = Buffer.alloc(UCRED_SIZE);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(UCRED_SIZE);
  check(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, length), 'getsockopt SO_PEERCRED');
  return { pid: credentials.readInt32LE(0), uid: credentials.readUInt32LE(4) };
}

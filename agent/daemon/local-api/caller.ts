// Who asks. A person sees what is theirs; root, and whoever the agent runs as, sees everything.
import type { Socket } from 'node:net';
import { type Peer, peerReader } from '../../../platform/peer.ts';
import type { Users } from '../../../platform/users.ts';

export interface Caller {
  readonly uid: number;
  readonly pid: number;
  /** Login name. */
  readonly user: string;
  readonly isPrivileged: boolean;
}

export type Identify = (socket: Socket) => Caller | undefined;

/** Answers undefined where the kernel does not say who is there: then nothing is told. */
export async function createIdentify(users: Users): Promise<Identify> {
  const read = await peerReader();
  const own = process.getuid?.() ?? -1;
  return (socket) => {
    const peer = read && credentials(socket, read);
    if (peer === undefined) return undefined;
    const { uid, pid } = peer;
    return { uid, pid, user: users.name(uid), isPrivileged: uid === 0 || uid === own };
  };
}

function credentials(socket: Socket, read: (fd: number) => Peer): Peer | undefined {
  // Node has no public way to a socket's descriptor; the pipe's handle has had this one since Node 0.
  const { fd } = (socket as unknown as { _handle?: { fd?: number } })._handle ?? {};
  try {
    return fd === undefined || fd < 0 ? undefined : read(fd);
  } catch {
    return undefined;
  }
}

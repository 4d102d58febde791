import type { Peer } from './linux/peer.ts';
import { system } from './system.ts';

export type { Peer } from './linux/peer.ts';

/** Who is at the other end of a connected UNIX socket; undefined where this system cannot say. Throws `SystemCallError`. */
export async function peerReader(): Promise<((fd: number) => Peer) | undefined> {
  return system === 'linux' ? (await import('./linux/peer.ts')).peerOf : undefined;
}

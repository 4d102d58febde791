// Bounds the connections that have not proven who they are, in all and by address.
import { isIPv6 } from 'node:net';
import type { Limits } from './limits.ts';

interface Peer {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/** Past this multiple of a limit a connection is dropped without a word, before it costs a TLS handshake. */
const FLOOD = 4;

export class Admission {
  readonly #limits: Limits;
  /** One entry a pending connection: who → from where. */
  readonly #pending = new Map<string, string>();
  readonly #byAddress = new Map<string, number>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Counts the connection until `leave`. False: drop it at once. */
  enter(peer: Peer): boolean {
    if (this.#exceeds(peer, FLOOD)) return false;
    const address = network(peer.remoteAddress);
    this.#pending.set(name(peer), address);
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    return true;
  }

  /** Whether this pending connection is one too many and should be told to come back later. */
  crowded(peer: Peer): boolean {
    return this.#exceeds(peer, 1);
  }

  /** The connection authenticated or closed. May be called again. */
  leave(peer: Peer): void {
    const address = this.#pending.get(name(peer));
    if (address === undefined) return;
    this.#pending.delete(name(peer));
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }

  #exceeds(peer: Peer, factor: number): boolean {
    const here = this.#byAddress.get(network(peer.remoteAddress)) ?? 0;
    return (
      this.#pending.size > this.#limits.pending * factor || here > this.#limits.pendingPerAddress * factor
    );
  }
}

/** A socket has this name from accept to close, above TLS and below. */
function name(peer: Peer): string {
  return `${peer.remoteAddress} ${peer.remotePort}`;
}

/** One customer of a provider holds a whole IPv6 /64, so that counts as one address. */
function network(address = ''): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const front = head.split(':').filter(Boolean);
  const back = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}

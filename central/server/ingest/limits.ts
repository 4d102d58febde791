// Every bound of the agents' listener. Times in milliseconds.
export interface Limits {
  /** From the TCP connection to `hello`. */
  readonly hello: number;
  /** Life of a challenge: from there to `authenticate`. */
  readonly challenge: number;
  /** Between pings; a peer that has not answered one by the next is gone. */
  readonly ping: number;
  /** A refused peer has this long to take the close frame. */
  readonly goodbye: number;
  /** Connections that have not authenticated: in all, and from one address (an IPv6 /64). Beyond it: E_BUSY. */
  readonly pending: number;
  readonly pendingPerAddress: number;
  /** What an unauthenticated peer may send in all, bytes above TLS. */
  readonly unauthenticatedBytes: number;
  /** What a peer may leave unread before it is cut off, bytes. */
  readonly unread: number;
}

export const limits: Limits = {
  hello: 10_000,
  challenge: 30_000,
  ping: 30_000,
  goodbye: 5_000,
  // A whole office restarts behind one address: 0.9 ms of TLS each, so 256 are through in a quarter of a second.
  pending: 2048,
  pendingPerAddress: 256,
  unauthenticatedBytes: 32 * 1024,
  unread: 256 * 1024,
};

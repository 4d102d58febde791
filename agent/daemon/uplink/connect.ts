// A WebSocket over TLS to the central collector, whose certificate must be the one that the enrolment token named.
// The pin alone decides: neither a certificate authority nor a host name can vouch for another certificate.
import { createHash } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';

/** What the central collector says is short; more than this is not from one. */
const MAX_MESSAGE = 64 * 1024;
const HANDSHAKE_TIMEOUT = 10_000;

interface Address {
  readonly host: string;
  readonly port: number;
}

export class PinError extends Error {
  readonly code = 'E_PIN_MISMATCH';
  constructor() {
    super('the central collector shows another certificate than the one of the enrolment');
  }
}

/** A socket that is still connecting; it emits `error` with a `PinError` for a wrong certificate. Throws for a bad address. */
export function connect(url: string, pin: string): WebSocket {
  const { protocol } = new URL(url);
  if (protocol !== 'wss:')
    throw new Error(`the central collector must be reached by wss://, not ${protocol}//`);
  return new WebSocket(url, {
    createConnection: (options: object) => pinned(options as Address, pin),
    handshakeTimeout: HANDSHAKE_TIMEOUT,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    followRedirects: false,
  });
}

function pinned({ host, port }: Address, pin: string): Socket {
  const servername = isIP(host) ? '' : host;
  const socket = connectTls({ host, port, servername, rejectUnauthorized: false, minVersion: 'TLSv1.3' });
  // Registered before the HTTP request's own listener, so nothing is sent to a stranger.
  socket.once('secureConnect', () => {
    if (fingerprint(socket) !== pin) socket.destroy(new PinError());
  });
  return socket;
}

function fingerprint(socket: TLSSocket): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  return certificate && createHash('sha256').update(certificate.raw).digest('base64url');
}

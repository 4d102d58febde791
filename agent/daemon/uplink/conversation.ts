// What both sides of a connection do alike: read the central collector's messages, bounded and validated, and turn the
// end of the connection into one value.
import * as v from 'valibot';
import type { RawData, WebSocket } from 'ws';
import { type CentralMessage, centralMessage, type WireErrorCode } from '../../../schema/wire.ts';
import { PinError } from './connect.ts';

/** Bytes that may wait for a peer that does not read. */
const MAX_BUFFERED = 16 * 1024 * 1024;

/** Why a connection ended. `refused`: trying again soon cannot help. */
export interface Ended {
  readonly code: WireErrorCode | 'E_PIN_MISMATCH' | 'E_CONNECTION' | 'E_PROTOCOL' | 'E_CLOSED' | 'E_ADDRESS';
  readonly detail: string;
  readonly refused: boolean;
}

const final: ReadonlySet<string> = new Set([
  'E_PROTOCOL_VERSION',
  'E_DEVICE_UNKNOWN',
  'E_DEVICE_REVOKED',
  'E_SIGNATURE',
  'E_TOKEN_INVALID',
  'E_TOKEN_USED',
  'E_PIN_MISMATCH',
  'E_ADDRESS',
]);

export function ended(code: Ended['code'], detail: string): Ended {
  return { code, detail: `${code}: ${detail}`, refused: final.has(code) };
}

/** Calls `receive` for each message until the connection ends; resolves then, never rejects. */
export function converse(socket: WebSocket, receive: (message: CentralMessage) => void): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  socket.on('error', (error) => {
    const code = error instanceof PinError ? error.code : 'E_CONNECTION';
    resolve(ended(code, describe(error)));
  });
  socket.on('close', (code, reason) => {
    resolve(ended('E_CLOSED', `the connection was closed (${code} ${reason.toString().slice(0, 64)})`));
  });
  // One that pings without reading our answers would fill our memory with them.
  socket.on('ping', () => socket.bufferedAmount > MAX_BUFFERED && socket.terminate());
  socket.on('message', (data, isBinary) => {
    const message = parse(data, isBinary);
    if (message === undefined)
      resolve(ended('E_PROTOCOL', 'the central collector sent something unreadable'));
    else if (message.type === 'error' && message.seq === undefined)
      resolve(ended(message.code, message.message));
    else return receive(message);
    return socket.terminate();
  });
  return promise;
}

function parse(data: RawData, isBinary: boolean): CentralMessage | undefined {
  if (isBinary || !(data instanceof Buffer)) return undefined;
  try {
    const found = v.safeParse(centralMessage, JSON.parse(data.toString()));
    return found.success ? found.output : undefined;
  } catch {
    return undefined;
  }
}

/** Node's connection errors hide what happened in `errors` or `code`. */
function describe(error: Error & { code?: string; errors?: Error[] }): string {
  return error.errors?.[0]?.message ?? (error.message || (error.code ?? 'the connection failed'));
}

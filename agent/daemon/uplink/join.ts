// Joins a central collector with a one-time token: hello, challenge, enroll, enrolled.
import { challengeBytes, type HostInfo, PROTOCOL } from '../../../schema/wire.ts';
import { connect } from './connect.ts';
import { converse, type Ended, ended } from './conversation.ts';
import { createDeviceKey } from './device-key.ts';
import { type Enrolment, parseToken, saveEnrolment } from './enrolment.ts';

const TIMEOUT = 15_000;

export class JoinError extends Error {
  readonly code: string;
  constructor({ code, detail }: Ended) {
    super(detail);
    this.code = code;
  }
}

export interface JoinFiles {
  readonly key: string;
  readonly enrolment: string;
}

/**
 * Spends the token and stores a new device key and the enrolment; whatever was stored before stays until the central
 * collector has agreed. Rejects with `TokenError` or `JoinError`.
 */
export async function join(text: string, host: HostInfo, files: JoinFiles): Promise<Enrolment> {
  const token = parseToken(text);
  const key = createDeviceKey();
  const socket = connect(token.url, token.pin);
  const timeout = setTimeout(() => socket.terminate(), TIMEOUT);
  let device: string | undefined;
  socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL })));
  const end = await converse(socket, (message) => {
    if (message.type === 'challenge') {
      const signature = key.sign(challengeBytes('enroll', message.nonce, key.publicKey));
      const { publicKey } = key;
      socket.send(JSON.stringify({ type: 'enroll', token: token.secret, publicKey, signature, host }));
    } else if (message.type === 'enrolled') {
      device = message.device;
      socket.terminate();
    }
  });
  clearTimeout(timeout);
  if (device === undefined)
    throw new JoinError(end.code === 'E_CLOSED' ? ended('E_CLOSED', 'no answer') : end);
  const joined = { device, url: token.url, pin: token.pin };
  key.save(files.key);
  saveEnrolment(files.enrolment, joined);
  return joined;
}

// Between an agent and the central collector: JSON text frames over WebSocket (TLS), one message a frame, at path `/`.
//
//   agent                                     central collector
//   hello {protocol, device?}            ──►
//                                        ◄──  challenge {nonce}
//   enroll {token, publicKey, …}         ──►                          only an agent that has no device id yet
//                                        ◄──  enrolled {device}
//                                        ◄──  challenge {nonce}       a fresh one: a nonce serves once
//   authenticate {device, epoch, …}      ──►
//                                        ◄──  welcome {acknowledged}  the agent goes on from acknowledged + 1
//   alerts {epoch, items} · heartbeat    ──►                          as often as it likes, seq ascending
//                                        ◄──  ack {epoch, seq} · error {code, message, seq?}
//
// An alert is acknowledged after it is committed; what is not acknowledged is sent again after a reconnect.
// (device, epoch, seq) is unique: `epoch` names one life of the agent's spool, `seq` counts alerts in it from 1 without
// holes. An `ack` covers every seq up to and including its own. An alert refused for good (`error` with `seq`) counts as
// settled: later acknowledgements pass over it.
// An `error` without `seq` is followed by a close; the reason of the close frame is the same code. After E_STORE and
// E_BUSY (close 1013) the agent keeps its spool and comes back later; a frame above MAX_FRAME is closed with 1009 by the
// WebSocket layer itself, before an `error` could be sent.
import * as v from 'valibot';
import { alert } from './alert.ts';
import { capability } from './capability.ts';
import { count, name, text, time } from './primitives.ts';

export const PROTOCOL = 1;
/** Largest frame either side accepts, bytes. */
export const MAX_FRAME = 4 * 1024 * 1024;
/** Most alerts in one `alerts` message. */
export const MAX_BATCH = 64;

const base64url = v.pipe(v.string(), v.maxLength(4096), v.regex(/^[A-Za-z0-9_-]*$/));
const seq = v.pipe(v.number(), v.integer(), v.minValue(1));

export const hostInfo = v.object({
  hostname: name,
  platform: name,
  osRelease: name,
  architecture: name,
  agentVersion: name,
  hardware: v.optional(name),
});
export type HostInfo = v.InferOutput<typeof hostInfo>;

export const heartbeat = v.object({
  type: v.literal('heartbeat'),
  time,
  mode: v.picklist(['audit', 'protect']),
  /** Lost or refused, by cause: `outbox.full`, `sensor.netlink-overflow`, … cumulative since the agent started. */
  drops: v.record(name, count),
  capabilities: v.pipe(v.array(capability), v.maxLength(64)),
  pending: count,
  rules: v.object({ loaded: count, broken: count }),
  /** Own use: resident memory in bytes, CPU seconds since start. */
  resources: v.object({ rss: count, cpuSeconds: v.number() }),
});
export type Heartbeat = v.InferOutput<typeof heartbeat>;

const hello = v.object({ type: v.literal('hello'), protocol: count, device: v.optional(name) });
/** Joins with a one-time token; `publicKey` is the raw Ed25519 key; `signature` answers the challenge. */
const enroll = v.object({
  type: v.literal('enroll'),
  token: base64url,
  publicKey: base64url,
  signature: base64url,
  host: hostInfo,
});
const authenticate = v.object({
  type: v.literal('authenticate'),
  device: name,
  signature: base64url,
  epoch: name,
  host: hostInfo,
});

function alerts<S extends v.GenericSchema>(item: S) {
  return v.object({
    type: v.literal('alerts'),
    epoch: name,
    items: v.pipe(v.array(v.object({ seq, alert: item })), v.minLength(1), v.maxLength(MAX_BATCH)),
  });
}

export const agentMessage = v.variant('type', [hello, enroll, authenticate, alerts(alert), heartbeat]);
export type AgentMessage = v.InferOutput<typeof agentMessage>;

/** The same with each alert still unproven: the central collector refuses single alerts, not the batch around them. */
export const agentFrame = v.variant('type', [hello, enroll, authenticate, alerts(v.unknown()), heartbeat]);
export type AgentFrame = v.InferOutput<typeof agentFrame>;

/** Stable codes; a peer may rely on them. */
export const wireErrorCode = v.picklist([
  'E_FRAME_MALFORMED',
  'E_FRAME_TOO_LARGE',
  'E_PROTOCOL_VERSION',
  'E_UNEXPECTED_MESSAGE',
  'E_DEVICE_UNKNOWN',
  'E_DEVICE_REVOKED',
  'E_SIGNATURE',
  'E_CHALLENGE_EXPIRED',
  'E_TOKEN_INVALID',
  'E_TOKEN_USED',
  'E_ALERT_INVALID',
  'E_STORE',
  'E_BUSY',
]);
export type WireErrorCode = v.InferOutput<typeof wireErrorCode>;

export const centralMessage = v.variant('type', [
  /** 32 random bytes, valid once and for 30 seconds on this connection. After `enrolled` a fresh one follows. */
  v.object({ type: v.literal('challenge'), nonce: base64url }),
  v.object({ type: v.literal('enrolled'), device: name }),
  /** `acknowledged`: highest seq of this epoch that is committed, 0 for none. */
  v.object({ type: v.literal('welcome'), acknowledged: count }),
  v.object({ type: v.literal('ack'), epoch: name, seq }),
  /** `seq` names the alert that was refused for good (the agent sets it aside and counts it); absent: the connection. */
  v.object({ type: v.literal('error'), code: wireErrorCode, message: text, seq: v.optional(seq) }),
]);
export type CentralMessage = v.InferOutput<typeof centralMessage>;

/**
 * Bytes that an agent signs: a domain, then the nonce as it was sent, so that a signature serves nowhere else.
 * `subject` is the public key (base64url, as sent) to enroll and the device id to authenticate.
 */
export function challengeBytes(
  purpose: 'enroll' | 'authenticate',
  nonce: string,
  subject: string,
): Uint8Array {
  return new TextEncoder().encode(`lifeguard/${PROTOCOL}/${purpose}\0${nonce}\0${subject}`);
}

/** What an enrolment token carries, as base64url JSON behind the prefix `lgt1.`. */
export const enrolmentToken = v.object({
  url: v.pipe(v.string(), v.maxLength(512)),
  /** SHA-256 of the central collector's certificate (DER), base64url: what the agent pins. */
  pin: base64url,
  secret: base64url,
  expires: time,
});
export type EnrolmentToken = v.InferOutput<typeof enrolmentToken>;

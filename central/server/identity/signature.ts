// Proof that a peer holds a device's key: Ed25519 over a nonce that was made for this one question.
import { createPublicKey, randomBytes, verify, type KeyObject } from 'node:crypto';
import { challengeBytes } from '../../../schema/wire.ts';

export interface Challenge {
  /** 32 random bytes, base64url. */
  readonly nonce: string;
  /** Milliseconds on the monotonic clock after which it no longer serves. */
  readonly deadline: number;
}

export function challenge(now: number, lifetime: number): Challenge {
  return { nonce: randomBytes(32).toString('base64url'), deadline: now + lifetime };
}

/** Whether `signature` (base64url) answers `nonce` for `subject` under `publicKey` (raw Ed25519, base64url). Never throws. */
export function answers(
  purpose: 'enroll' | 'authenticate',
  nonce: string,
  subject: string,
  publicKey: string,
  signature: string,
): boolean {
  const key = ed25519(publicKey);
  const bytes = Buffer.from(signature, 'base64url');
  return (
    key !== undefined &&
    bytes.length === 64 &&
    verify(null, challengeBytes(purpose, nonce, subject), key, bytes)
  );
}

function ed25519(publicKey: string): KeyObject | undefined {
  if (Buffer.from(publicKey, 'base64url').length !== 32) return undefined;
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

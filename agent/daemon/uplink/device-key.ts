// The key by which the central collector knows this device: Ed25519, in a file that only the agent's user may read.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { chmodSync, readFileSync } from 'node:fs';
import { writeDurably } from '../durable-file.ts';

export interface DeviceKey {
  /** Raw public key, base64url. */
  readonly publicKey: string;
  /** Signature, base64url. */
  sign(bytes: Uint8Array): string;
}

/** A new key, not stored yet; `save` keeps it in `file` in the place of any other. */
export function createDeviceKey(): DeviceKey & { save(file: string): void } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    ...deviceKey(privateKey),
    save: (file) => writeDurably(file, privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

/** Throws where the file is missing or holds no Ed25519 key. */
export function readDeviceKey(file: string): DeviceKey {
  const privateKey = createPrivateKey(readFileSync(file));
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`${file} holds no Ed25519 key`);
  chmodSync(file, 0o600);
  return deviceKey(privateKey);
}

function deviceKey(privateKey: KeyObject): DeviceKey {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (x === undefined) throw new Error('the device key has no public half');
  return { publicKey: x, sign: (bytes) => sign(null, bytes, privateKey).toString('base64url') };
}

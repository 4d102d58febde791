// One-time tokens by which an agent joins. The store keeps only their hash.
import { randomBytes } from 'node:crypto';
import type { EnrolmentToken } from '../../../schema/wire.ts';
import type { Store } from '../store/store.ts';
import { hashSecret } from './secret.ts';

const HOUR = 60 * 60 * 1000;

export interface TokenOptions {
  /** Milliseconds for which the token may be used; an hour unless told. */
  readonly lifetime?: number;
}

/** A token `lgt1.…` that one agent can use once. `url` is where it connects, `pin` the certificate it must meet there. */
export async function createEnrolmentToken(
  store: Store,
  where: { readonly url: string; readonly pin: string },
  options: TokenOptions = {},
): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  const created = new Date();
  const expires = new Date(created.getTime() + (options.lifetime ?? HOUR)).toISOString();
  await store.addToken({ hash: hashSecret(secret), created: created.toISOString(), expires });
  const token: EnrolmentToken = { url: where.url, pin: where.pin, secret, expires };
  return `lgt1.${Buffer.from(JSON.stringify(token)).toString('base64url')}`;
}

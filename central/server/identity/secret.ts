import { createHash } from 'node:crypto';

/** What is kept of a secret that we hand out. It has 256 random bits, so a plain hash cannot be searched. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

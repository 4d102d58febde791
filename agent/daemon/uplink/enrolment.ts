// What this device remembers of having joined a central collector, and how a token is read.
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { name } from '../../../schema/primitives.ts';
import { type EnrolmentToken, enrolmentToken } from '../../../schema/wire.ts';
import { writeDurably } from '../durable-file.ts';

const PREFIX = 'lgt1.';
const MAX_TOKEN = 8192;

const enrolment = v.object({
  device: name,
  url: v.pipe(v.string(), v.maxLength(512)),
  /** SHA-256 of the central collector's certificate (DER), base64url. */
  pin: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/)),
});
export type Enrolment = v.InferOutput<typeof enrolment>;

/** Undefined where this device has not joined one. Throws where the file is damaged. */
export function readEnrolment(file: string): Enrolment | undefined {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return v.parse(enrolment, JSON.parse(content));
}

export function saveEnrolment(file: string, joined: Enrolment): void {
  writeDurably(file, JSON.stringify(joined));
}

export class TokenError extends Error {
  readonly code = 'E_TOKEN_INVALID';
}

/** Reads `lgt1.…`. Throws `TokenError` that says what is wrong with it, never what it holds. */
export function parseToken(text: string, now: Date = new Date()): EnrolmentToken {
  const token = text.trim();
  if (!token.startsWith(PREFIX) || token.length > MAX_TOKEN)
    throw new TokenError(`this is no enrolment token: it must begin with ${PREFIX}`);
  const found = v.safeParse(enrolmentToken, decode(token.slice(PREFIX.length)));
  if (!found.success)
    throw new TokenError('the enrolment token is damaged or was cut off; ask for a new one');
  if (Date.parse(found.output.expires) <= now.getTime())
    throw new TokenError(`the enrolment token expired at ${found.output.expires}; ask for a new one`);
  return found.output;
}

function decode(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

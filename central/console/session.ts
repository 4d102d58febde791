// This browser's half of a session (schema/api.ts). It lives in the storage of this origin; the cookie holds the other.
import type { Session } from '../../schema/api.ts';

const KEY = 'lifeguard.session';

export function sessionKey(): string | undefined {
  return localStorage.getItem(KEY) ?? undefined;
}

export function forgetSession(): void {
  localStorage.removeItem(KEY);
}

/** Redeems the token of a sign-in link. False where it was used or has expired. */
export async function signIn(token: string): Promise<boolean> {
  const response = await fetch('/api/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, as: 'browser' }),
  });
  if (!response.ok) return false;
  const { session } = (await response.json()) as Session;
  localStorage.setItem(KEY, session);
  return true;
}

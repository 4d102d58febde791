// Asking the central collector. Answers are its own, so they are not validated again; all text in them is an attacker's.
import type { ApiError } from '../../schema/api.ts';
import { forgetSession, sessionKey } from './session.ts';

// The value of KEY_HEADER in schema/api.ts, of which only types reach the browser.
const KEY_HEADER = 'x-lifeguard-key';

export class SignedOut extends Error {}

/** Rejects with `SignedOut`, or with an error whose message can be shown. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, { signal: signal ?? null });
  return (await response.json()) as T;
}

export async function signOut(): Promise<void> {
  await request('/api/sign-out', { method: 'POST' });
  forgetSession();
}

export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, { ...init, headers: { [KEY_HEADER]: sessionKey() ?? '' } });
  if (response.status === 401) {
    forgetSession();
    throw new SignedOut('signed out');
  }
  if (response.ok) return response;
  const error = (await response.json().catch(() => undefined)) as ApiError | undefined;
  throw new Error(error?.message ?? `the central collector answered ${response.status}`);
}

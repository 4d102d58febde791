import { SignedOut } from './api.ts';
import { changed, state } from './state.ts';

/** An error in whatever was asked: a session that ended is shown as that, the rest by `show`. */
export function failed(error: unknown, show: (reason: string) => void): void {
  if (error instanceof SignedOut) showSignIn('Your session has ended.');
  else show(error instanceof Error ? error.message : String(error));
  changed();
}

export function showSignIn(problem?: string): void {
  state.place = { name: 'sign-in', ...(problem !== undefined && { problem }) };
  changed();
}

// The console's API, as far as signing in needs it.
import * as v from 'valibot';
import { apiError, type Me, me, session, type Session } from '../../../schema/api.ts';
import { CommandFailure } from '../failure.ts';
import type { Kept } from './keeper.ts';

const PATIENCE = 10_000;

export interface SignInLink {
  readonly origin: string;
  readonly token: string;
}

/** Takes `http://127.0.0.1:7601/sign-in#TOKEN` apart. Throws a CommandFailure for anything else. */
export function readLink(text: string): SignInLink {
  const url = URL.parse(text.trim());
  const token = url?.hash.slice(1) ?? '';
  if (!url || !/^https?:$/.test(url.protocol) || !/^[\w-]{16,256}$/.test(token))
    throw new CommandFailure(
      'this is no sign-in link; `lifeguard central link` prints one, http://…/sign-in#…',
    );
  if (url.protocol === 'http:' && !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname))
    throw new CommandFailure(
      `${url.origin} is not encrypted and not on this machine; reach it through ssh -L`,
    );
  return { origin: url.origin, token };
}

/** Spends the link. */
export async function redeem({ origin, token }: SignInLink): Promise<Kept> {
  const response = await ask(origin, '/api/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, as: 'bearer' }),
  });
  const found: Session = await read(response, session);
  return { origin, ...found };
}

/** How the central collector is, or undefined where the session is no longer valid. */
export async function whoAmI(kept: Kept): Promise<Me | undefined> {
  const response = await ask(kept.origin, '/api/me', { headers: bearer(kept) });
  return response.status === 401 ? undefined : read(response, me);
}

/** Ends the session there; one that had ended already is as good. */
export async function signOut(kept: Kept): Promise<void> {
  await ask(kept.origin, '/api/sign-out', { method: 'POST', headers: bearer(kept) });
}

function bearer(kept: Kept): Record<string, string> {
  return { authorization: `Bearer ${kept.session}` };
}

async function ask(origin: string, path: string, init: RequestInit): Promise<Response> {
  try {
    // A redirect would carry the token elsewhere.
    return await fetch(`${origin}${path}`, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (error) {
    const { cause, message } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new CommandFailure(`the console at ${origin} does not answer: ${why}`, { cause: error });
  }
}

async function read<S extends v.GenericSchema>(response: Response, schema: S): Promise<v.InferOutput<S>> {
  const json: unknown = await response.json().catch(() => undefined);
  const answer = v.safeParse(schema, json);
  if (response.ok && answer.success) return answer.output;
  const said = v.safeParse(apiError, json);
  throw new CommandFailure(said.success ? said.output.message : `the console answered ${response.status}`);
}

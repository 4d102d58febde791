// What stands before every route: who may ask at all, and the headers that every answer carries.
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { KEY_HEADER } from '../../../schema/api.ts';
import type { SignIn } from './sign-in.ts';

export interface Caller {
  readonly session: string;
  readonly expires: string;
}
export type Env = { Variables: { caller: Caller } };

const headers = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** The answer to DNS rebinding (a foreign name that resolves to us) and to other pages that ask in a browser's name. */
export function onlyThisOrigin(hosts: ReadonlySet<string>): MiddlewareHandler {
  return async (context, next) => {
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    const host = context.req.header('host') ?? '';
    if (!hosts.has(host)) return refuse(context, 403, 'E_HOST', 'the console is not served under this name');
    const origin = context.req.header('origin');
    if (origin !== undefined && origin !== `http://${host}`)
      return refuse(context, 403, 'E_ORIGIN', 'the console answers no other page');
    return next();
  };
}

/** The API is for its own page and for programs: no browser asks it from elsewhere, nor by typing its address. */
export function onlyOwnPage(): MiddlewareHandler {
  return async (context, next) => {
    context.header('cache-control', 'no-store');
    const site = context.req.header('sec-fetch-site');
    const foreign = site !== undefined && site !== 'same-origin';
    const blind =
      context.req.method !== 'GET' && site !== undefined && context.req.header('origin') === undefined;
    if (foreign || blind) return refuse(context, 403, 'E_ORIGIN', 'the API answers no other page');
    return next();
  };
}

/** Lets only a session pass, and tells the route whose it is. */
export function onlySignedIn(signIn: SignIn, cookie: string): MiddlewareHandler<Env> {
  return async (context, next) => {
    const session = presented(context, cookie);
    const expires = session && (await signIn.expires(session));
    if (!session || !expires)
      return refuse(
        context,
        401,
        'E_SIGNED_OUT',
        'sign in with a fresh link: `lifeguard central link` prints one',
      );
    context.set('caller', { session, expires });
    return next();
  };
}

function presented(context: Context, cookie: string): string | undefined {
  const bearer = /^Bearer ([\w.-]{1,256})$/.exec(context.req.header('authorization') ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const [half, key] = [getCookie(context, cookie), context.req.header(KEY_HEADER)];
  return half && key ? `${half}.${key}` : undefined;
}

export function refuse(
  context: Context,
  status: 400 | 401 | 403 | 404 | 413 | 500 | 503,
  code: string,
  message: string,
) {
  return context.json({ code, message }, status);
}

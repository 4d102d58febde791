// Routes of the console: schema/api.ts says what they answer.
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deleteCookie, setCookie } from 'hono/cookie';
import * as v from 'valibot';
import {
  alertQuery,
  deviceQuery,
  type DevicePage,
  type DeviceRow,
  type Me,
  signIn as signInRequest,
  streamQuery,
} from '../../../schema/api.ts';
import type { Feed } from '../feed.ts';
import type { Presence } from '../ingest/presence.ts';
import type { Refusals } from '../ingest/refusal.ts';
import type { Log } from '../log.ts';
import { type Device, StoreUnavailable, type Store } from '../store/store.ts';
import { type Env, onlyOwnPage, onlySignedIn, onlyThisOrigin, refuse } from './guard.ts';
import { type Pages, servePage } from './pages.ts';
import type { SignIn } from './sign-in.ts';
import { stream } from './stream.ts';

export interface ConsoleContext {
  readonly store: Store;
  readonly presence: Presence;
  readonly refusals: Refusals;
  readonly feed: Feed;
  readonly signIn: SignIn;
  readonly pages: Pages;
  readonly version: string;
  readonly started: string;
  readonly log: Log;
}

/** `hosts`: the values of the Host header under which we are known. `cookie`: its name, one for each port of this host. */
export function consoleApp(context: ConsoleContext, hosts: ReadonlySet<string>, cookie: string): Hono<Env> {
  const { store, signIn } = context;
  const app = new Hono<Env>();
  app.use(onlyThisOrigin(hosts));
  app.use('/api/*', onlyOwnPage());
  app.use(
    '/api/*',
    bodyLimit({ maxSize: 4096, onError: (c) => refuse(c, 413, 'E_TOO_LARGE', 'the request is too large') }),
  );

  app.post('/api/sign-in', async (c) => {
    const request = v.safeParse(signInRequest, await c.req.json().catch(() => undefined));
    if (!request.success) return badRequest(c, request.issues[0]);
    const session = await signIn.redeem(request.output.token);
    if (!session)
      return refuse(
        c,
        401,
        'E_LINK_SPENT',
        'this sign-in link was used or has expired: `lifeguard central link` prints another',
      );
    if (request.output.as === 'bearer') return c.json(session);
    const [half = '', key = ''] = session.session.split('.');
    const expires = new Date(session.expires);
    setCookie(c, cookie, half, { httpOnly: true, sameSite: 'Strict', path: '/api', expires });
    return c.json({ session: key, expires: session.expires });
  });

  app.use('/api/*', onlySignedIn(signIn, cookie));

  app.post('/api/sign-out', async (c) => {
    await signIn.end(c.var.caller.session);
    context.feed.end(c.var.caller.session);
    deleteCookie(c, cookie, { path: '/api' });
    return c.json({});
  });

  app.get('/api/me', (c) => {
    const central = { connected: context.presence.connected, refused: context.refusals.counts() };
    const { version, started } = context;
    return c.json({ expires: c.var.caller.expires, central: { version, started, ...central } } satisfies Me);
  });

  app.get('/api/alerts', async (c) => {
    const query = v.safeParse(alertQuery, c.req.query());
    return query.success ? c.json(await store.alerts(query.output)) : badRequest(c, query.issues[0]);
  });

  app.get('/api/alerts/:device/:id', async (c) => {
    const found = await store.alert(c.req.param('device'), c.req.param('id'));
    return found ? c.json(found) : refuse(c, 404, 'E_NOT_FOUND', 'there is no such alert');
  });

  app.get('/api/devices', async (c) => {
    const query = v.safeParse(deviceQuery, c.req.query());
    if (!query.success) return badRequest(c, query.issues[0]);
    const { devices, total } = await store.devices(query.output);
    return c.json({
      devices: devices.map((device) => deviceRow(device, context.presence)),
      total,
    } satisfies DevicePage);
  });

  app.get('/api/stream', (c) => {
    const query = v.safeParse(streamQuery, c.req.query());
    return query.success ? stream(c, context, query.output.after) : badRequest(c, query.issues[0]);
  });

  app.all('/api/*', (c) => refuse(c, 404, 'E_NOT_FOUND', 'there is no such route'));
  app.get('*', (c) => servePage(c, context.pages));
  app.notFound((c) => refuse(c, 404, 'E_NOT_FOUND', 'there is no such page'));
  app.onError((error, c) => {
    if (error instanceof StoreUnavailable) return refuse(c, 503, 'E_STORE', error.message);
    context.log.error({ err: error, path: c.req.path }, 'a console request failed');
    return refuse(c, 500, 'E_INTERNAL', 'the central collector failed to answer; its log says why');
  });
  return app;
}

function deviceRow(device: Device & { alerts: number }, presence: Presence): DeviceRow {
  const { publicKey: _publicKey, ...shown } = device;
  return { ...shown, connected: presence.has(device.id) };
}

function badRequest(context: Context, issue: v.BaseIssue<unknown>) {
  const where = (issue.path ?? []).map((item) => String(item.key)).join('.');
  return refuse(context, 400, 'E_REQUEST', `the request is not valid${where ? ` at ${where}` : ''}`);
}

// Where people open the console: plain HTTP, on the loopback interface only.
import { isIPv6, type AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { CentralError } from '../central-error.ts';
import { type ConsoleContext, consoleApp } from './app.ts';

export interface Console {
  /** `http://127.0.0.1:7601` */
  readonly origin: string;
  close(): Promise<void>;
}

/** What is still being answered when we stop has this long, ms. */
const GRACE = 2000;

/** Resolves once it listens. Rejects with E_CONSOLE_NOT_LOOPBACK, or when it cannot (EADDRINUSE, EACCES, …). */
export async function listenForPeople(host: string, port: number, context: ConsoleContext): Promise<Console> {
  if (!isLoopback(host))
    throw new CentralError(
      'E_CONSOLE_NOT_LOOPBACK',
      `the console speaks plain HTTP and is not opened on ${host}; leave console.host at 127.0.0.1 and reach it through \`ssh -L\``,
    );
  // Known after listening, and no request comes before.
  const late: { fetch?: (request: Request, env: object) => Response | Promise<Response> } = {};
  const server = createAdaptorServer({
    fetch: (request, env) => late.fetch?.(request, env) ?? new Response(null, { status: 503 }),
    overrideGlobalObjects: false,
    serverOptions: { headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16_384 },
  });
  server.maxConnections = 512;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  server.on('error', (error) => context.log.error({ err: error }, 'a connection could not be accepted'));
  const bound = (server.address() as AddressInfo).port;
  const names = ['127.0.0.1', 'localhost', '[::1]', bracketed(host)];
  late.fetch = consoleApp(
    context,
    new Set(names.map((name) => `${name}:${bound}`)),
    `lifeguard-${bound}`,
  ).fetch;
  return {
    origin: `http://${bracketed(host)}:${bound}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      context.feed.end();
      if (!('closeAllConnections' in server)) return;
      // Streams end by themselves within a turn or two; who then still asks is cut off.
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), GRACE);
      await closed;
      clearTimeout(cut);
    },
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

// The local API: what the commands on this machine ask. HTTP over a UNIX socket that everybody may open; who asks is
// what the kernel says, and each sees what is theirs. Routes and shapes: schema/local.ts.
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { enrollRequest, type Status, watchHome } from '../../../schema/local.ts';
import type { Counters } from '../counters.ts';
import type { Log } from '../log.ts';
import type { Outbox } from '../outbox/index.ts';
import { sendAlerts } from './alerts.ts';
import { readBody, Refusal, sendJson, sendRefusal } from './answer.ts';
import type { Caller, Identify } from './caller.ts';
import { GuestHomes, type WatchHome } from './homes.ts';

export interface LocalApiOptions {
  readonly socket: string;
  readonly identify: Identify;
  readonly outbox: Outbox;
  readonly counters: Counters;
  readonly log: Log;
  readonly status: (caller: Caller) => Status;
  readonly watchHome: WatchHome;
  /** Joins a central collector; resolves with the device's id. */
  readonly enroll: (token: string) => Promise<string>;
}

/** Connections in all, and of one user: nobody can use them up for the others. */
const MAX_CONNECTIONS = 256;
const MAX_EACH = 32;
/** sun_path of Linux has 108 bytes, one of them the end. */
const MAX_SOCKET_PATH = 107;

export class LocalApi {
  readonly #options: LocalApiOptions;
  readonly #homes: GuestHomes;
  readonly #server: Server;
  readonly #callers = new WeakMap<Socket, Caller>();
  readonly #connections = new Map<number, number>();

  constructor(options: LocalApiOptions) {
    this.#options = options;
    this.#homes = new GuestHomes(options.watchHome);
    this.#server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8192 });
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('connection', (socket) => this.#admit(socket));
    this.#server.on('request', (request, response) => void this.#answer(request, response));
  }

  /** Takes the place of a socket that a dead agent left; the caller holds the lock on the state directory. */
  async listen(): Promise<void> {
    const { socket } = this.#options;
    if (Buffer.byteLength(socket) > MAX_SOCKET_PATH)
      throw new Error(
        `the socket's path is longer than ${MAX_SOCKET_PATH} bytes, use a shorter state directory: ${socket}`,
      );
    rmSync(socket, { force: true });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(socket, resolve);
    await promise;
    // Who may ask what is decided by who asks, not by the file's mode.
    chmodSync(socket, 0o666);
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
    rmSync(this.#options.socket, { force: true });
  }

  #admit(socket: Socket): void {
    const caller = this.#options.identify(socket);
    const open = caller && (this.#connections.get(caller.uid) ?? 0);
    if (caller === undefined || open === undefined || open >= MAX_EACH) return void socket.destroy();
    this.#callers.set(socket, caller);
    this.#connections.set(caller.uid, open + 1);
    socket.on('close', () => this.#connections.set(caller.uid, (this.#connections.get(caller.uid) ?? 1) - 1));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const caller = this.#callers.get(request.socket);
      if (caller === undefined) throw new Refusal(403, 'E_FORBIDDEN', 'the kernel does not say who asks');
      await this.#route(request, response, caller);
    } catch (error) {
      if (!(error instanceof Refusal)) this.#options.log.error({ err: error }, 'a request failed');
      sendRefusal(response, error);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    const address = URL.parse(request.url ?? '/', 'http://localhost');
    if (address === null) throw new Refusal(400, 'E_BAD_REQUEST', 'the address is none');
    const { pathname, searchParams } = address;
    const { outbox, status, enroll } = this.#options;
    const id = /^\/alerts\/([\w-]{1,64})$/.exec(pathname)?.[1];
    const route = `${request.method} ${id === undefined ? pathname : '/alerts/:id'}`;
    switch (route) {
      case 'GET /status':
        return sendJson(response, status(caller));
      case 'GET /alerts':
        return sendAlerts(searchParams, caller, response, this.#options);
      case 'GET /alerts/:id': {
        const found = outbox.alert(id ?? '', caller.isPrivileged ? undefined : caller.user);
        if (found === undefined) throw new Refusal(404, 'E_NOT_FOUND', 'there is no such alert');
        return sendJson(response, found);
      }
      case 'POST /homes': {
        const { home } = await readBody(request, watchHome);
        return this.#homes.serve(home, caller, response);
      }
      case 'POST /enroll': {
        if (!caller.isPrivileged)
          throw new Refusal(403, 'E_FORBIDDEN', 'only root may join a central collector');
        const { token } = await readBody(request, enrollRequest);
        return sendJson(response, { device: await enroll(token).catch(refuse) });
      }
      default:
        throw new Refusal(404, 'E_NOT_FOUND', `there is no ${route.slice(0, 100)}`);
    }
  }
}

function refuse(error: Error & { code?: string }): never {
  throw new Refusal(422, error.code ?? 'E_ENROLMENT', error.message);
}

// Where agents connect: TLS 1.3 and WebSocket, nothing else. See schema/wire.ts for what is said.
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_FRAME } from '../../../schema/wire.ts';
import type { Certificate } from '../identity/certificate.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { Admission } from './admission.ts';
import type { Committer } from './committer.ts';
import { Connection, tooLarge } from './connection.ts';
import type { Limits } from './limits.ts';
import type { Presence } from './presence.ts';
import type { Refusal, Refusals } from './refusal.ts';

export interface IngestContext {
  readonly certificate: Certificate;
  readonly store: Store;
  readonly committer: Committer;
  readonly presence: Presence;
  readonly refusals: Refusals;
  readonly limits: Limits;
  readonly log: Log;
}

export interface Ingest {
  readonly port: number;
  close(): Promise<void>;
}

/** Resolves once it listens; rejects when it cannot (EADDRINUSE, EACCES, …). */
export async function listenForAgents(host: string, port: number, context: IngestContext): Promise<Ingest> {
  const { limits } = context;
  const admission = new Admission(limits);
  const connections = new Set<Connection>();
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME, perMessageDeflate: false });
  const { pem } = context.certificate;
  const server = createServer({
    key: pem,
    cert: pem,
    minVersion: 'TLSv1.3',
    handshakeTimeout: limits.hello,
    headersTimeout: limits.hello,
    requestTimeout: limits.hello,
    maxHeaderSize: 8192,
  });

  server.on('connection', (socket: Socket) => {
    if (!admission.enter(socket)) {
      context.refusals.count(busy, { address: socket.remoteAddress });
      socket.destroy();
      return;
    }
    const { remoteAddress, remotePort } = socket;
    socket.on('close', () => admission.leave({ remoteAddress, remotePort }));
  });
  server.on('tlsClientError', (error, socket) => {
    context.log.debug({ error: error.message, address: socket.remoteAddress }, 'a TLS handshake failed');
  });
  server.on('request', (_, response) => {
    response
      .writeHead(426, { connection: 'close', upgrade: 'websocket' })
      .end('Agents connect here by WebSocket.\n');
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    // A browser page always names its origin; an agent never does.
    if (request.url !== '/' || request.headers.origin !== undefined) return reject(socket);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, socket));
  });

  function accept(webSocket: WebSocket, socket: Socket): void {
    const connection = new Connection(webSocket, {
      limits,
      conversation: () => ({
        store: context.store,
        committer: context.committer,
        limits,
        ready(device, hostInfo) {
          stopCounting();
          admission.leave(socket);
          connection.settle(device);
          context.presence.arrived(device, hostInfo, connection);
        },
        heartbeat: (device, heartbeat) => context.presence.beat(device, heartbeat),
        invalid: (device, refused) =>
          refused.forEach((refusal) => context.refusals.count(refusal, { device })),
      }),
      refused: (refusal) => context.refusals.count(refusal, origin()),
      broken: (error) =>
        context.log.error({ err: error, ...origin() }, 'a connection failed in our own code'),
    });
    const origin = () => ({ address: socket.remoteAddress, device: connection.device });
    const stopCounting = countBytes(socket, limits.unauthenticatedBytes, () => connection.refuse(tooLarge));
    connections.add(connection);
    webSocket.on('close', () => {
      connections.delete(connection);
      if (connection.device !== undefined) context.presence.left(connection.device, connection);
    });
    if (admission.crowded(socket)) connection.refuse(busy);
  }

  const pings = setInterval(() => {
    for (const connection of connections) connection.checkLiveness();
  }, limits.ping).unref();

  await listening(server, host, port);
  // Accepting can fail later (no file descriptor left, say); the next one may succeed.
  server.on('error', (error) => context.log.error({ err: error }, 'a connection could not be accepted'));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      clearInterval(pings);
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of connections) connection.end(1001, 'the central collector is stopping');
      const cut = setTimeout(() => webSockets.clients.forEach((client) => client.terminate()), 1000);
      server.closeIdleConnections();
      await closed;
      clearTimeout(cut);
    },
  };
}

/** Calls `exceeded` once more than `limit` bytes have come. The WebSocket layer's own limit is that of proven agents. */
function countBytes(socket: Duplex, limit: number, exceeded: () => void): () => void {
  let bytes = 0;
  function count(chunk: Buffer): void {
    bytes += chunk.length;
    if (bytes > limit) exceeded();
  }
  socket.on('data', count);
  return () => socket.off('data', count);
}

function reject(socket: Duplex): void {
  socket.on('error', () => {});
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

const busy: Refusal = {
  code: 'E_BUSY',
  message: 'too many connections are waiting to authenticate; come back later',
};

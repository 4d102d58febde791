// A listener on this machine that takes what a simulation sends, counts it and forgets it.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { system } from '../../platform/system.ts';

export interface Sink {
  readonly address: string;
  readonly port: number;
  connections(): number;
  close(): Promise<void>;
}

const MAX_BYTES = 64 * 1024;
const PATIENCE = 5_000;

/**
 * Listens where nothing leaves this machine. On Linux that is 127.0.0.2, so that rules may tell it from the development
 * servers on 127.0.0.1; other systems have no such address.
 */
export async function openSink(): Promise<Sink> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    let received = 0;
    sockets.add(socket);
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received > MAX_BYTES) socket.destroy();
      // A download gets a program that does nothing.
      else if (chunk.toString('latin1', 0, 4) === 'GET ') socket.end('HTTP/1.0 200 OK\r\n\r\ntrue\n');
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, system === 'linux' ? '127.0.0.2' : '127.0.0.1');
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  return {
    address,
    port,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

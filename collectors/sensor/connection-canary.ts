// The self-test of the egress sensor, as canary.ts is of the others.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Life } from './life.ts';
import type { Notice } from './protocol.ts';

/** Milliseconds: a Node starts and connects. */
const PATIENCE = 3000;

/** A program of our own in the environment of a lifecycle script connects to this machine. Undefined is success. Never rejects. */
export async function testConnection(life: Life): Promise<string | undefined> {
  const server = createServer((socket) => socket.destroy());
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const signal = AbortSignal.any([life.ended, AbortSignal.timeout(PATIENCE)]);
    const seen = once(life.notices, 'expected-connection', { signal });
    life.send({ type: 'expect-connection', port });
    const child = connectInChild(port);
    const [notice] = (await seen) as [Extract<Notice, { type: 'expected-connection' }>];
    return notice.pid === child ? undefined : 'a connection was seen, but not whose it was';
  } catch {
    return 'a connection of a lifecycle script was not seen';
  } finally {
    life.send({ type: 'expect-connection', port: undefined });
    server.close();
  }
}

function connectInChild(port: number): number | undefined {
  const program = `require('node:net').connect(${port}, '127.0.0.1').on('error', () => {})`;
  const env = { npm_lifecycle_event: 'postinstall', npm_package_name: 'lifeguard-self-test' };
  return execFile(process.execPath, ['-e', program], { env, timeout: PATIENCE }).pid;
}

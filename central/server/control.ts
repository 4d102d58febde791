// The administrator's door: a UNIX socket that only the owner of the state directory can open. POST, JSON both ways:
//   /token → {token}     /link → {link}     /revoke {device} → {revoked: boolean}
// It also tells a second central collector on the same state directory that there is a first.
import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import * as v from 'valibot';
import { CentralError, systemReason } from './central-error.ts';

export interface Control {
  createToken(): Promise<string>;
  createSignInLink(): string;
  revoke(device: string): Promise<boolean>;
}

const revokeRequest = v.object({ device: v.pipe(v.string(), v.maxLength(512)) });

/** Listens on `path` (mode 0600). Rejects with E_RUNNING where somebody answers there already. Returns what closes it. */
export async function listenForControl(path: string, control: Control): Promise<() => Promise<void>> {
  if (await answers(path))
    throw new CentralError(
      'E_RUNNING',
      `another central collector is running with this state directory (${path})`,
    );
  await rm(path, { force: true });
  const server = createServer({ requestTimeout: 5000 }, (request, response) => {
    void answer(request, control)
      .then((body) =>
        response
          .writeHead(body ? 200 : 404)
          .end(JSON.stringify(body ?? { code: 'E_NOT_FOUND', message: '' })),
      )
      .catch((error: unknown) =>
        response.writeHead(500).end(JSON.stringify({ code: 'E_CONTROL', message: systemReason(error) })),
      );
  });
  try {
    server.listen(path);
    await once(server, 'listening');
    await chmod(path, 0o600);
  } catch (error) {
    server.close();
    throw new CentralError('E_STATE_DIRECTORY', `cannot listen on ${path}: ${systemReason(error)}`, error);
  }
  return async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
}

async function answer(request: IncomingMessage, control: Control): Promise<object | undefined> {
  if (request.method !== 'POST') return undefined;
  if (request.url === '/token') return { token: await control.createToken() };
  if (request.url === '/link') return { link: control.createSignInLink() };
  if (request.url !== '/revoke') return undefined;
  const { device } = v.parse(revokeRequest, JSON.parse(await read(request)));
  return { revoked: await control.revoke(device) };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 4096) throw new Error('the request is too large');
  }
  return text;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

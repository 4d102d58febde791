// The local API's client: what every command asks the agent on this machine. Shapes and routes: schema/local.ts.
import { request, type IncomingMessage } from 'node:http';
import * as v from 'valibot';
import { agentSocket } from '../../platform/state-directory.ts';
import { type Alert, alert } from '../../schema/alert.ts';
import { localError, type Status, status } from '../../schema/local.ts';

/** An answer of the agent that is no success, or `E_NO_AGENT` where none answers. */
export class LocalApiError extends Error {
  readonly code: string;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'LocalApiError';
    this.code = code;
  }
}

export interface AlertQuery {
  /** ISO time. */
  readonly since?: string | undefined;
  /** The newest so many of what was stored; default 1000, at most 10,000. */
  readonly limit?: number | undefined;
  /** Go on with each new alert until the signal aborts. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

export interface WatchedHome {
  /** The directory as the agent resolved it. */
  readonly home: string;
  /** Rejects with `LocalApiError` when the agent went away, resolves after `release`. */
  readonly ended: Promise<void>;
  release(): void;
}

export interface LocalClient {
  status(): Promise<Status>;
  /** Oldest first. Ends at the end of history, or with `follow` when the signal aborts. */
  alerts(query?: AlertQuery): AsyncGenerator<Alert>;
  alert(id: string): Promise<Alert>;
  /** Resolves when the sensors are armed there; the watch lasts until `release`, or this process ends. */
  watchHome(home: string): Promise<WatchedHome>;
  /** Resolves with the id of this device. */
  enroll(token: string): Promise<{ device: string }>;
}

/** Largest answer but for alert streams, bytes. */
const MAX_ANSWER = 4 * 1024 * 1024;
/** An enrolment talks to another machine; everything else is answered at once, ms. */
const TIMEOUT = 30_000;

/** Every method rejects with `LocalApiError`. Nothing is connected before one is called. */
export function createLocalClient(stateDir: string): LocalClient {
  const socketPath = agentSocket(stateDir);
  const ask = async <S extends v.GenericSchema>(schema: S, method: string, path: string, body?: object) => {
    const answer = await open(socketPath, method, path, body);
    return parse(schema, await readAll(answer));
  };
  return {
    status: () => ask(status, 'GET', '/status'),
    alert: (id) => ask(alert, 'GET', `/alerts/${encodeURIComponent(id)}`),
    enroll: (token) => ask(v.object({ device: v.string() }), 'POST', '/enroll', { token }),
    alerts: (query = {}) => streamAlerts(socketPath, query),
    watchHome: (home) => watchHome(socketPath, home),
  };
}

async function* streamAlerts(
  socketPath: string,
  { since, limit, follow, signal }: AlertQuery,
): AsyncGenerator<Alert> {
  const parameters = new URLSearchParams({
    ...(since !== undefined && { since }),
    ...(limit !== undefined && { limit: String(limit) }),
    ...(follow && { follow: '1' }),
  });
  const answer = await open(socketPath, 'GET', `/alerts?${parameters}`, undefined, signal);
  const stop = (): void => void answer.destroy();
  signal?.addEventListener('abort', stop);
  try {
    for await (const line of lines(answer)) yield parse(alert, line);
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    answer.destroy();
  }
}

async function watchHome(socketPath: string, home: string): Promise<WatchedHome> {
  const answer = await open(socketPath, 'POST', '/homes', { home });
  const told = lines(answer);
  const first = await told.next();
  const { home: watched } = parse(v.object({ home: v.string() }), first.value ?? '');
  const ended = Promise.withResolvers<void>();
  let released = false;
  answer.on('close', () => {
    if (released) ended.resolve();
    else ended.reject(wentAway());
  });
  ended.promise.catch(() => {});
  answer.resume();
  return {
    home: watched,
    ended: ended.promise,
    release() {
      released = true;
      answer.destroy();
    },
  };
}

function open(
  socketPath: string,
  method: string,
  path: string,
  body?: object,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = request({ socketPath, method, path, ...(signal && { signal }) });
  asked.setTimeout(TIMEOUT, () => asked.destroy(new Error('the agent does not answer')));
  asked.on('error', (error: NodeJS.ErrnoException) => reject(unreachable(socketPath, error)));
  asked.on('response', (answer) => {
    asked.setTimeout(0);
    answer.on('error', () => {});
    if (answer.statusCode === 200) resolve(answer);
    else readAll(answer).then((text) => reject(refusal(text)), reject);
  });
  asked.end(body && JSON.stringify(body));
  return promise;
}

/** Rejects with `LocalApiError` where the answer breaks off. */
async function* lines(answer: IncomingMessage): AsyncGenerator<string, undefined> {
  let rest = '';
  try {
    for await (const chunk of answer.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
      if (rest.length > MAX_ANSWER) throw new LocalApiError('E_ANSWER', 'the agent sent too long a line');
    }
  } catch (error) {
    throw error instanceof LocalApiError ? error : wentAway(error);
  }
}

function wentAway(cause?: unknown): LocalApiError {
  return new LocalApiError('E_NO_AGENT', 'the agent went away', cause);
}

async function readAll(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MAX_ANSWER) throw new LocalApiError('E_ANSWER', 'the agent sent too long an answer');
  }
  return text;
}

function parse<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> {
  try {
    return v.parse(schema, JSON.parse(text));
  } catch (error) {
    throw new LocalApiError(
      'E_ANSWER',
      'the agent sent an answer that this version does not understand',
      error,
    );
  }
}

function refusal(text: string): LocalApiError {
  try {
    const { code, message } = parse(localError, text);
    return new LocalApiError(code, message);
  } catch (error) {
    return error as LocalApiError;
  }
}

function unreachable(socketPath: string, error: NodeJS.ErrnoException): LocalApiError {
  const absent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
  const message = absent
    ? `no agent is running here (${socketPath}); start one with lifeguard up, or name its state directory with --config or LIFEGUARD_STATE_DIR`
    : `the agent cannot be asked (${socketPath}): ${error.message}`;
  return new LocalApiError(absent ? 'E_NO_AGENT' : 'E_AGENT', message, error);
}

// Server-sent events: alerts as they are committed. A reader that was away names the last position it has and is caught up;
// one that falls behind is cut off and comes back the same way.
import type { Context } from 'hono';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import type { AlertRow } from '../../../schema/api.ts';
import type { Feed } from '../feed.ts';
import type { Store } from '../store/store.ts';
import { type Env, refuse } from './guard.ts';

const STREAMS = 64;
/** Events that may wait for a slow reader. */
const WAITING = 1000;
/** More than this is not caught up: the reader is told to load the list anew. */
const CATCH_UP = 500;
/** Proof of life for proxies and for the reader, ms. */
const QUIET = 15_000;

interface Message {
  readonly event: string;
  readonly data: string;
  readonly id?: string;
}

export function stream(
  context: Context<Env>,
  { feed, store }: { feed: Feed; store: Store },
  after: number | undefined,
) {
  if (feed.size >= STREAMS) return refuse(context, 503, 'E_BUSY', 'too many consoles are open');
  const { session, expires } = context.var.caller;
  const response = streamSSE(context, async (sse) => {
    const queue = new Queue();
    let last = after;
    let devicesDirty = false;
    const stop = feed.listen({
      alerts: (rows) => rows.forEach((row) => queue.push(alertMessage(row))),
      devices: () => {
        // One pending word of it is enough.
        if (devicesDirty) return;
        devicesDirty = true;
        queue.push({ event: 'devices', data: '{}' });
      },
      ended: (which = session) => which === session && queue.close(),
    });
    const pulse = setInterval(() => queue.push({ event: 'pulse', data: '{}' }), QUIET);
    const end = setTimeout(() => queue.close(), Date.parse(expires) - Date.now());
    sse.onAbort(() => queue.close());
    try {
      await sse.writeSSE({ event: 'open', data: '{}' });
      if (last !== undefined) last = await catchUp(sse, store, last);
      for await (const message of queue) {
        if (message.event === 'devices') devicesDirty = false;
        // What was committed while we were catching up is in the queue as well.
        if (message.id !== undefined && last !== undefined && Number(message.id) <= last) continue;
        await sse.writeSSE(message);
      }
    } finally {
      stop();
      clearInterval(pulse);
      clearTimeout(end);
    }
  });
  // So that stopping need not wait for an idle connection.
  response.headers.set('connection', 'close');
  return response;
}

async function catchUp(sse: SSEStreamingApi, store: Store, after: number): Promise<number> {
  const missed = await store.alertsAfter(after, CATCH_UP + 1);
  if (missed.length > CATCH_UP) {
    await sse.writeSSE({ event: 'reload', data: '{}' });
    return after;
  }
  for (const row of missed) await sse.writeSSE(alertMessage(row));
  return missed.at(-1)?.position ?? after;
}

function alertMessage(row: AlertRow): Message {
  return { event: 'alert', data: JSON.stringify(row), id: String(row.position) };
}

/** A bounded queue that ends when it is closed or overflows. */
class Queue {
  #messages: Message[] = [];
  #wake: (() => void) | undefined;
  #closed = false;

  push(message: Message): void {
    if (this.#messages.length >= WAITING) this.#closed = true;
    else this.#messages.push(message);
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message> {
    while (!this.#closed) {
      const message = this.#messages.shift();
      if (message) yield message;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

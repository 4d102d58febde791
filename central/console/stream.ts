// Alerts as they are committed: server-sent events read by fetch, because EventSource cannot send our header.
import type { AlertRow } from '../../schema/api.ts';
import { request, SignedOut } from './api.ts';

export interface StreamHandlers {
  /** Position up to which everything is known. */
  position(): number;
  open(): void;
  alert(row: AlertRow): void;
  devices(): void;
  /** Too much was missed; load anew. */
  reload(): void;
  lost(): void;
  signedOut(): void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
/** The server says something at least every 15 s. */
const SILENCE = 40_000;

/** Follows the stream, and comes back after every break, until the signal aborts or the session ends. */
export async function follow(handlers: StreamHandlers, signal: AbortSignal): Promise<void> {
  let wait = FIRST_WAIT;
  while (!signal.aborted) {
    try {
      await once(handlers, signal, () => (wait = FIRST_WAIT));
    } catch (error) {
      if (error instanceof SignedOut) return handlers.signedOut();
    }
    if (signal.aborted) return;
    handlers.lost();
    await pause(wait * (0.75 + Math.random() / 2), signal);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

async function once(handlers: StreamHandlers, signal: AbortSignal, opened: () => void): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE);
  try {
    const either = AbortSignal.any([signal, silence.signal]);
    const response = await request(`/api/stream?after=${handlers.position()}`, { signal: either });
    if (!response.body) return;
    let text = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE);
      text += read.value;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) dispatch(block, handlers, opened);
    }
  } finally {
    clearTimeout(timer);
  }
}

function dispatch(block: string, handlers: StreamHandlers, opened: () => void): void {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const event = field('event');
  if (event === 'open') {
    opened();
    handlers.open();
  } else if (event === 'alert') handlers.alert(JSON.parse(field('data') ?? '') as AlertRow);
  else if (event === 'devices') handlers.devices();
  else if (event === 'reload') handlers.reload();
}

function pause(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, time);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}

import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Life } from './life.ts';

/** Milliseconds before each new start of a thread that died; after the last it stays down. */
const RESTARTS = [250, 1000, 5000, 30_000];
/** A thread that lived this long, ms, counts as healthy: its death starts the list anew. */
const HEALTHY = 600_000;

export interface Supervision {
  readonly start: () => Life;
  /** Called for each life; what it throws is what ended it. */
  readonly arm: (life: Life) => Promise<void>;
  /** `restartIn` ms, or undefined where it was the last time. */
  readonly died: (why: Error, restartIn: number | undefined) => void;
}

/** Keeps one life after the other going until the signal aborts or too many have died. Never rejects. */
export async function supervise({ start, arm, died }: Supervision, signal: AbortSignal): Promise<void> {
  for (let deaths = 0; !signal.aborted; ) {
    const since = performance.now();
    const life = start();
    signal.addEventListener('abort', life.stop, { once: true });
    await arm(life).catch(() => undefined);
    if (!life.ended.aborted) await once(life.ended, 'abort');
    signal.removeEventListener('abort', life.stop);
    if (signal.aborted) return;
    if (performance.now() - since > HEALTHY) deaths = 0;
    const pause = RESTARTS[deaths++];
    died(reasonOf(life.ended), pause);
    if (pause === undefined) return;
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

// GET /alerts: history and, with `follow`, what comes, one alert a line. A client that does not read is dropped.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import * as v from 'valibot';
import type { Alert } from '../../../schema/alert.ts';
import { time } from '../../../schema/primitives.ts';
import type { Counters } from '../counters.ts';
import type { Outbox } from '../outbox/index.ts';
import { Refusal } from './answer.ts';
import type { Caller } from './caller.ts';

/** What may wait for one client, bytes, and for how long, ms. */
const MAX_WAITING = 1024 * 1024;
const PATIENCE = 30_000;
const MAX_LIMIT = 10_000;

const query = v.object({
  since: v.optional(time),
  limit: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(MAX_LIMIT)),
    '1000',
  ),
  follow: v.optional(v.picklist(['0', '1']), '0'),
});

export interface AlertsContext {
  readonly outbox: Outbox;
  readonly counters: Counters;
}

export async function sendAlerts(
  parameters: URLSearchParams,
  caller: Caller,
  response: ServerResponse,
  { outbox, counters }: AlertsContext,
): Promise<void> {
  const found = v.safeParse(query, Object.fromEntries(parameters));
  if (!found.success) throw new Refusal(400, 'E_BAD_REQUEST', v.summarize(found.issues));
  const { since, limit, follow } = found.output;
  const user = caller.isPrivileged ? undefined : caller.user;
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  // Before history is read, so that nothing falls between the two; what history will tell is not told twice.
  const live = follow === '1' ? new Live(response, user, counters) : undefined;
  const stop = live && outbox.onAlert((alert) => live.tell(alert));
  response.on('close', () => stop?.());
  for (const line of outbox.history({ since, limit, user })) {
    if (response.destroyed) return;
    if (!response.write(`${line}\n`)) await drained(response, counters);
  }
  if (live === undefined) response.end();
  else live.begin();
}

/** Alerts that came while history was still being told wait, bounded like all that waits. */
class Live {
  readonly #response: ServerResponse;
  readonly #user: string | undefined;
  readonly #counters: Counters;
  #early: string[] | undefined = [];
  #bytes = 0;

  constructor(response: ServerResponse, user: string | undefined, counters: Counters) {
    this.#response = response;
    this.#user = user;
    this.#counters = counters;
  }

  tell(alert: Alert): void {
    if (this.#user !== undefined && alert.user !== this.#user) return;
    const line = `${JSON.stringify(alert)}\n`;
    this.#bytes = this.#early === undefined ? this.#response.writableLength : this.#bytes + line.length;
    if (this.#bytes > MAX_WAITING) return drop(this.#response, this.#counters);
    if (this.#early === undefined) this.#response.write(line);
    else this.#early.push(line);
  }

  begin(): void {
    for (const line of this.#early ?? []) this.#response.write(line);
    this.#early = undefined;
  }
}

async function drained(response: ServerResponse, counters: Counters): Promise<void> {
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(PATIENCE)]);
  const waits = [once(response, 'drain', { signal }), once(response, 'close', { signal })];
  try {
    await Promise.race(waits);
  } catch {
    drop(response, counters);
  } finally {
    settled.abort();
    await Promise.allSettled(waits);
  }
}

function drop(response: ServerResponse, counters: Counters): void {
  counters.add('local-api.slow-clients');
  response.destroy();
}

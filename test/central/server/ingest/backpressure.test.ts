// A store that is slow: the agent feels a slow connection, and nothing piles up in the central collector.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { pino } from 'pino';
import { certificateIn } from '../../../../central/server/identity/certificate.ts';
import { createEnrolmentToken } from '../../../../central/server/identity/enrolment.ts';
import { Committer } from '../../../../central/server/ingest/committer.ts';
import { limits } from '../../../../central/server/ingest/limits.ts';
import { listenForAgents } from '../../../../central/server/ingest/listener.ts';
import { Presence } from '../../../../central/server/ingest/presence.ts';
import { Refusals } from '../../../../central/server/ingest/refusal.ts';
import { openSqliteStore } from '../../../../central/server/store/sqlite/open.ts';
import type { Store } from '../../../../central/server/store/store.ts';
import { sampleAlert } from '../../fixtures/alert.ts';
import { connected, enrolled } from '../../fixtures/agent.ts';

const BATCHES = 30;
const PER_BATCH = 32;

describe('a slow store', () => {
  it('stops the reading, buffers one batch, and goes on when it can', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lifeguard-slow-'));
    const log = pino({ level: 'silent' });
    const sqlite = openSqliteStore(join(directory, 'central.db'));
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let waiting = 0;
    const store: Store = {
      ...sqlite,
      async append(batches) {
        waiting += batches.length;
        reached.resolve();
        await gate.promise;
        return sqlite.append(batches);
      },
    };
    const presence = new Presence(
      store,
      () => {},
      () => {},
    );
    const certificate = await certificateIn(directory, ['localhost']);
    const committer = new Committer(store, () => {});
    const ingest = await listenForAgents('127.0.0.1', 0, {
      certificate,
      store,
      committer,
      presence,
      limits,
      log,
      refusals: new Refusals(log),
    });
    try {
      const url = `wss://127.0.0.1:${ingest.port}`;
      const device = await enrolled(url, await createEnrolmentToken(store, { url, pin: certificate.pin }));
      const { agent } = await connected(url, device);
      const alert = sampleAlert({
        summary: 'x'.repeat(8000),
        response: { action: 'observed', detail: 'x'.repeat(8000) },
      });
      for (let batch = 0; batch < BATCHES; batch++)
        agent.alerts(
          'spool-1',
          Array.from({ length: PER_BATCH }, (_, n) => ({ seq: batch * PER_BATCH + n + 1, alert })),
        );
      const all = agent.socket.bufferedAmount;
      await reached.promise;
      const left = await steady(() => agent.socket.bufferedAmount);
      assert.equal(waiting, 1);
      // What is gone fits into socket buffers; most of it was never taken.
      assert.ok(left > all / 2, `${left} of ${all} bytes are still with the agent`);
      gate.resolve();
      let seq = 0;
      while (seq < BATCHES * PER_BATCH) ({ seq } = await agent.expect('ack'));
      await agent.close();
    } finally {
      gate.resolve();
      await ingest.close();
      await presence.close();
      await sqlite.close();
      rmSync(directory, { recursive: true });
    }
  });
});

/** The value once it has stayed for 200 turns of the loop. */
async function steady(read: () => number): Promise<number> {
  let value = read();
  for (let turns = 0; turns < 200; turns++) {
    await turn();
    if (read() === value) continue;
    value = read();
    turns = 0;
  }
  return value;
}

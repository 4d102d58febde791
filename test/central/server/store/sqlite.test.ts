import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { openSqliteStore } from '../../../../central/server/store/sqlite/open.ts';
import { type Store, StoreUnavailable } from '../../../../central/server/store/store.ts';
import { upkeep } from '../../../../central/server/upkeep.ts';
import { sampleAlert } from '../../fixtures/alert.ts';
import { hostInfo } from '../../fixtures/agent.ts';

describe('the embedded store', () => {
  let directory: string;
  let file: string;
  let store: Store;
  const silent = pino({ level: 'silent' });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lifeguard-store-'));
    file = join(directory, 'central.db');
    store = openSqliteStore(file);
  });
  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });

  async function device(): Promise<string> {
    await store.addToken({
      hash: 'h',
      created: '2026-01-01T00:00:00.000Z',
      expires: '2026-01-02T00:00:00.000Z',
    });
    const outcome = await store.enrol({
      tokenHash: 'h',
      publicKey: 'k',
      host: hostInfo,
      id: 'd',
      now: '2026-01-01T00:00:00.000Z',
    });
    assert.ok('device' in outcome);
    return outcome.device;
  }

  const batch = (id: string, received: string, ...seqs: number[]) => ({
    device: id,
    epoch: 'e',
    received,
    accepted: seqs.map((seq) => ({ seq, alert: sampleAlert() })),
    refused: [],
  });

  it('ends what has expired and alerts after a year, and takes none of them for new again', async () => {
    const id = await device();
    await store.addSession({ hash: 's', expires: '2026-01-01T12:00:00.000Z' });
    await store.append([
      batch(id, '2026-01-01T00:00:00.000Z', 1, 2),
      batch(id, '2026-12-31T00:00:00.000Z', 3),
    ]);
    assert.equal(await store.session('s', '2026-01-01T11:00:00.000Z'), '2026-01-01T12:00:00.000Z');
    assert.equal(await upkeep(store, silent, new Date('2027-01-03T00:00:00.000Z')), 2);
    assert.equal((await store.alerts({ limit: 10, q: '' })).alerts.length, 1);
    assert.equal(await store.session('s', '2026-01-01T11:00:00.000Z'), undefined);
    const [again] = await store.append([batch(id, '2027-01-03T00:00:00.000Z', 1, 2, 3)]);
    assert.deepEqual([again?.acknowledged, again?.stored.length], [3, 0]);
    const { alerts } = await store.alerts({ limit: 10, q: '' });
    assert.ok(await store.alert(id, alerts[0]?.id ?? ''));
  });

  it('commits several batches together or not at all', async () => {
    const id = await device();
    const nobody = batch('nobody', '2026-01-01T00:00:00.000Z', 1);
    await assert.rejects(store.append([batch(id, '2026-01-01T00:00:00.000Z', 1), nobody]), StoreUnavailable);
    assert.equal(await store.acknowledged(id, 'e'), 0);
    assert.deepEqual((await store.alerts({ limit: 10, q: '' })).alerts, []);
  });

  it('refuses tables that a newer version wrote, and a file that is no store', async () => {
    await store.close();
    const newer = new DatabaseSync(file);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    assert.throws(() => openSqliteStore(file), /written by a newer version/);
    const other = join(directory, 'other.db');
    writeFileSync(other, 'not a database, but long enough to be looked at as one'.repeat(50));
    assert.throws(() => openSqliteStore(other), /not a database/);
    store = openSqliteStore(join(directory, 'fresh.db'));
  });
});

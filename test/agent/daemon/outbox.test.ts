import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Counters } from '../../../agent/daemon/counters.ts';
import { createLog } from '../../../agent/daemon/log.ts';
import { Outbox, type OutboxOptions } from '../../../agent/daemon/outbox/index.ts';
import type { Alert } from '../../../schema/alert.ts';
import { sampleAlert, sampleEvent } from './sample.ts';

const log = (await createLog({ verbose: false, pretty: false })).child({}, { level: 'silent' });

const everything = { rows: 1_000_000, bytes: Number.MAX_SAFE_INTEGER };

/** A file system of 2 MiB over `directory`, or why there is none. */
function mountSmall(directory: string): string | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'lifeguard-test', directory], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return (error as Error).message.trim();
  }
}

describe('outbox', () => {
  let directory: string;
  let opened: Outbox[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'outbox-'));
    opened = [];
  });

  afterEach(() => {
    for (const outbox of opened) outbox.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function open(options: Partial<OutboxOptions> = {}): Outbox {
    const file = join(directory, 'outbox.db');
    const outbox = new Outbox({ file, counters: new Counters(), log, numbered: true, ...options });
    opened.push(outbox);
    return outbox;
  }

  function seqs(outbox: Outbox): number[] {
    return outbox.waiting(0, everything).map(({ seq }) => seq);
  }

  it('numbers alerts from 1 and keeps them, with their epoch, over a restart', async () => {
    const first = open();
    await Promise.all([first.put(sampleAlert()), first.put(sampleAlert())]);
    const { epoch } = first;
    first.close();
    const second = open();
    await second.put(sampleAlert());
    assert.equal(second.epoch, epoch);
    assert.deepEqual(seqs(second), [1, 2, 3]);
  });

  it('settles what is acknowledged and goes on counting after it is deleted', async () => {
    const outbox = open();
    for (let index = 0; index < 3; index += 1) await outbox.put(sampleAlert());
    outbox.acknowledge(2);
    assert.deepEqual([seqs(outbox), outbox.pending, outbox.acknowledged], [[3], 1, 2]);
    outbox.refuse(3);
    assert.deepEqual([seqs(outbox), outbox.pending, outbox.total()], [[], 0, 3]);
    outbox.close();
    const again = open();
    await again.put(sampleAlert());
    assert.deepEqual(seqs(again), [4]);
  });

  it('takes the same alert once', async () => {
    const outbox = open();
    const alert = sampleAlert();
    await outbox.put(alert);
    await outbox.put(alert);
    assert.deepEqual(seqs(outbox), [1]);
  });

  it('numbers nothing until there is somebody to send to, then everything that waits', async () => {
    const outbox = open({ numbered: false });
    await outbox.put(sampleAlert({ summary: 'before' }));
    assert.deepEqual([outbox.epoch, seqs(outbox), outbox.pending], [undefined, [], 0]);
    outbox.beginEpoch();
    await outbox.put(sampleAlert({ summary: 'after' }));
    assert.deepEqual(seqs(outbox), [1, 2]);
    const { epoch } = outbox;
    outbox.acknowledge(1);
    outbox.beginEpoch();
    assert.notEqual(outbox.epoch, epoch);
    assert.deepEqual(
      outbox.waiting(0, everything).map(({ seq, body }) => [seq, (JSON.parse(body) as Alert).summary]),
      [[1, 'after']],
    );
  });

  it('answers history: since, newest so many, one user, one alert', async () => {
    const outbox = open();
    const times = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z'];
    for (const [index, time] of times.entries())
      await outbox.put(sampleAlert({ time, summary: String(index), user: index === 1 ? 'bob' : 'alice' }));
    const summaries = (query: Parameters<Outbox['history']>[0]) =>
      [...outbox.history(query)].map((body) => (JSON.parse(body) as Alert).summary);
    assert.deepEqual(summaries({ limit: 10 }), ['0', '1', '2']);
    assert.deepEqual(summaries({ limit: 2 }), ['1', '2']);
    assert.deepEqual(summaries({ limit: 10, since: times[1] }), ['1', '2']);
    assert.deepEqual(summaries({ limit: 10, user: 'bob' }), ['1']);
    assert.equal(outbox.total('alice'), 2);
    const { id } = JSON.parse([...outbox.history({ limit: 1 })].join()) as Alert;
    assert.ok(outbox.alert(id, 'alice'));
    assert.equal(outbox.alert(id, 'bob'), undefined);
  });

  it('keeps room for severe alerts when it is full, and counts what it turns away', async () => {
    const counters = new Counters();
    const outbox = open({ counters, pendingLimit: { rows: 10, bytes: 1 << 20 } });
    for (let index = 0; index < 8; index += 1) await outbox.put(sampleAlert({ level: 'low' }));
    for (let index = 0; index < 8; index += 1) await outbox.put(sampleAlert({ level: 'critical' }));
    assert.equal(outbox.pending, 10);
    assert.equal(counters.get('outbox.full-low-dropped'), 3);
    assert.equal(counters.get('outbox.full-critical-dropped'), 3);
    assert.deepEqual(seqs(outbox), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('sets a damaged file aside and begins a new epoch', async () => {
    const first = open();
    await first.put(sampleAlert());
    const { epoch } = first;
    first.close();
    writeFileSync(
      join(directory, 'outbox.db'),
      'not a database, but long enough to be read as one. '.repeat(100),
    );
    const counters = new Counters();
    const second = open({ counters });
    await second.put(sampleAlert());
    assert.deepEqual(seqs(second), [1]);
    assert.notEqual(second.epoch, epoch);
    assert.equal(counters.get('outbox.corrupt'), 1);
    assert.match(second.problems.join(), /E_OUTBOX_CORRUPT/);
    assert.equal(readdirSync(directory).filter((name) => /^outbox\.db\.corrupt-.*Z$/.test(name)).length, 1);
  });

  it('survives damage in the middle of the file, while it is open and afterwards', async () => {
    const first = open();
    for (let index = 0; index < 200; index += 1) await first.put(sampleAlert());
    first.close();
    const file = join(directory, 'outbox.db');
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4096 * 3, 4096 * 40);
    writeFileSync(file, bytes);
    const counters = new Counters();
    const second = open({ counters });
    await second.put(sampleAlert());
    assert.deepEqual(seqs(second), [1]);
    assert.equal(counters.get('outbox.corrupt'), 1);
  });

  it('works from memory where the directory is missing, and catches up when it is back', async () => {
    const away = join(directory, 'away');
    const counters = new Counters();
    const outbox = open({ file: join(away, 'outbox.db'), counters, retry: 20 });
    await outbox.put(sampleAlert());
    assert.match(outbox.problems.join(), /E_OUTBOX_UNWRITABLE/);
    assert.equal(outbox.pending, 1);
    const stored = new Promise<void>((resolve) => outbox.onStored(resolve));
    execFileSync('mkdir', [away]);
    const keepAlive = setInterval(() => {}, 1000);
    await stored;
    clearInterval(keepAlive);
    assert.deepEqual([seqs(outbox), outbox.problems], [[1], []]);
  });

  it('holds alerts in memory while the disk is full and loses none', async function () {
    const obstacle = mountSmall(directory);
    if (obstacle !== undefined) {
      console.warn(`skipped: needs the right to mount a small tmpfs (${obstacle})`);
      this.skip();
    }
    try {
      const counters = new Counters();
      const outbox = open({ counters, retry: 3_600_000 });
      const evidence = [sampleEvent({ path: `/x/${'y'.repeat(4000)}` })];
      let put = 0;
      for (; outbox.problems.length === 0 && put < 2000; put += 1)
        await outbox.put(sampleAlert({ evidence }));
      assert.match(outbox.problems.join(), /E_OUTBOX_FULL_DISK/);
      await outbox.put(sampleAlert({ evidence }));
      put += 1;
      assert.ok(counters.get('outbox.held-in-memory') >= 2);
      execFileSync('mount', ['-o', 'remount,size=16m', directory]);
      await outbox.put(sampleAlert({ evidence }));
      put += 1;
      assert.deepEqual([outbox.problems, counters.get('outbox.memory-dropped')], [[], 0]);
      assert.deepEqual(
        seqs(outbox),
        Array.from({ length: put }, (_, index) => index + 1),
      );
    } finally {
      for (const outbox of opened) outbox.close();
      execFileSync('umount', [directory]);
    }
  });

  it('has every alert that it said was on the disk after kill -9', async () => {
    const file = join(directory, 'outbox.db');
    let said = 0;
    for (let round = 0; round < 5; round += 1) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'outbox-child.ts'), file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      const enough = 10 + Math.floor(Math.random() * 300);
      child.stdout.on('data', (chunk) => {
        output += chunk;
        if (output.split('\n').length > enough) child.kill('SIGKILL');
      });
      await once(child, 'close');
      said = Number(output.trim().split('\n').at(-1));
      const outbox = open();
      const found = outbox
        .waiting(0, everything)
        .map(({ seq, body }) => [seq, (JSON.parse(body) as Alert).summary]);
      outbox.close();
      assert.ok(found.length >= said, `${found.length} found, ${said} said`);
      assert.deepEqual(
        found,
        found.map((_, index) => [index + 1, String(index + 1)]),
      );
    }
  });
});

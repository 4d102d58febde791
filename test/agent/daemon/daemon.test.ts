// The agent as a whole, with a collector that the test feeds in the place of the sensors: the real rules, spool and API.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { createLocalClient, type LocalClient } from '../../../agent/cli/local-client.ts';
import { type Daemon, type DaemonOptions, startDaemon } from '../../../agent/daemon/daemon.ts';
import { createLog } from '../../../agent/daemon/log.ts';
import type { CollectorContext } from '../../../collectors/collector.ts';
import type { Alert } from '../../../schema/alert.ts';
import { agentConfig } from '../../../schema/config.ts';
import type { Status } from '../../../schema/local.ts';
import { testCentral } from '../../central/fixtures/central.ts';
import { createFeed, type Feed } from './feed.ts';
import { sampleEvent, sampleProcess } from './sample.ts';

const log = (await createLog({ verbose: false, pretty: false })).child({}, { level: 'silent' });

/** Takes all the room that is left. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(4096));
  } catch {
    // Full.
  }
  closeSync(descriptor);
}

describe('agent', () => {
  let directory: string;
  let stateDir: string;
  let daemons: Daemon[];
  let feed: Feed;
  let context: CollectorContext;
  let client: LocalClient;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'agent-'));
    stateDir = join(directory, 'state');
    daemons = [];
    feed = createFeed();
    client = createLocalClient(stateDir);
  });

  afterEach(async () => {
    for (const daemon of daemons) await daemon.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(
    options: Partial<Omit<DaemonOptions, 'config'>> & { config?: object } = {},
  ): Promise<Daemon> {
    const daemon = await startDaemon({
      stateDir,
      log,
      createCollectors(given) {
        context = given;
        return [feed];
      },
      ...options,
      config: v.parse(agentConfig, { homes: ['/home/alice'], ...options.config }),
    });
    daemons.push(daemon);
    return daemon;
  }

  async function stop(): Promise<void> {
    for (const daemon of daemons.splice(0)) await daemon.stop();
  }

  /** The next alert that a follower hears after `act`. */
  async function nextAlert(act: () => void): Promise<Alert> {
    const following = client.alerts({ follow: true, limit: 0 });
    try {
      const next = following.next();
      await client.status();
      act();
      const { value } = await next;
      assert.ok(value);
      return value;
    } finally {
      await following.return(undefined);
    }
  }

  async function untilStatus(holds: (status: Status) => boolean): Promise<Status> {
    const end = performance.now() + 10_000;
    for (;;) {
      const status = await client.status();
      if (holds(status)) return status;
      assert.ok(performance.now() < end, JSON.stringify(status));
    }
  }

  it('makes an alert of a secret that package code read, and keeps it over a restart', async () => {
    await start();
    const alert = await nextAlert(() => feed.put(sampleEvent()));
    assert.equal(alert.level, 'critical');
    assert.equal(alert.package?.purl, 'pkg:npm/evil@1.0.1');
    assert.match(
      alert.summary,
      /^evil@1\.0\.1 postinstall read \/home\/alice|^evil@1\.0\.1 postinstall read ~/,
    );
    assert.deepEqual(await client.alert(alert.id), alert);
    await stop();
    feed = createFeed();
    await start();
    assert.deepEqual(await client.alert(alert.id), alert);
  });

  it('is ready when its sensors are armed, and says what they can', async () => {
    const armed = Promise.withResolvers<void>();
    feed = createFeed('slow', armed.promise);
    const daemon = await start();
    assert.equal((await client.status()).ready, false);
    armed.resolve();
    await daemon.ready;
    const status = await client.status();
    assert.equal(status.ready, true);
    assert.deepEqual(
      status.capabilities.map(({ name }) => name),
      ['see secret read'],
    );
    assert.ok(status.rules.loaded > 0 && status.rules.broken.length === 0, status.rules.broken.join());
  });

  it('goes on when a sensor fails, and says that it is blind', async () => {
    const broken = {
      ...createFeed('broken'),
      // oxlint-disable-next-line require-yield -- it fails before it could
      async *observe(): AsyncGenerator<never> {
        throw new Error('lost its mind');
      },
    };
    await start({ createCollectors: () => [broken, feed] });
    await nextAlert(() => feed.put(sampleEvent()));
    const status = await client.status();
    assert.match(status.warnings.join(), /E_COLLECTOR: broken ended .* lost its mind/);
    assert.deepEqual(
      status.capabilities.map(({ collector, state }) => [collector, state]),
      [
        ['broken', 'no'],
        ['feed', 'yes'],
      ],
    );
  });

  it('is alone with its state directory, and comes after one that died', async () => {
    const first = await start();
    await assert.rejects(start(), { code: 'E_ALREADY_RUNNING', message: new RegExp(`pid ${process.pid}`) });
    assert.equal((await client.status()).ready, true);
    await first.stop();
    daemons.length = 0;
    writeFileSync(join(stateDir, 'run', 'agent.sock'), 'left behind');
    feed = createFeed();
    await start();
    await client.status();
  });

  it('does not use a state directory of somebody else', async function () {
    if (process.getuid?.() !== 0) {
      console.warn('skipped: needs root to make a directory of another user');
      this.skip();
    }
    mkdirSync(stateDir);
    chownSync(stateDir, 65534, 65534);
    await assert.rejects(start(), { code: 'E_STATE_DIRECTORY', message: /belongs to uid 65534/ });
  });

  it('follows its configuration file, and keeps the last good one while the file is bad', async () => {
    const configFile = join(directory, 'lifeguard.yaml');
    writeFileSync(configFile, 'mode: audit\n');
    await start({ configFile });
    let told = 0;
    context.onChange(() => (told += 1));
    writeFileSync(configFile, `mode: protect\nhomes: [${directory}]\n`);
    const status = await untilStatus(({ mode }) => mode === 'protect');
    assert.deepEqual(status.homes, [directory]);
    assert.deepEqual(context.policy(), { mode: 'protect', deny: context.policy().deny });
    assert.ok(told > 0);
    writeFileSync(configFile, 'mode: protect\nhmes: auto\n');
    const bad = await untilStatus(({ warnings }) => warnings.length > 0);
    assert.match(bad.warnings.join(), /E_CONFIG.*lifeguard\.yaml:2:1.*hmes.*homes/);
    assert.deepEqual([bad.mode, bad.homes], ['protect', [directory]]);
    writeFileSync(configFile, 'mode: audit\ncentral: { url: "wss://x:1" }\n');
    const again = await untilStatus(({ mode }) => mode === 'audit');
    assert.match(again.warnings.join(), /central\.url .* takes effect at the next start/);
  });

  it('loads rules of its own, and loads them anew when they change', async () => {
    const rules = join(directory, 'rules');
    mkdirSync(rules);
    const rule = (title: string) => `title: ${title}
id: 11111111-2222-4333-8444-555555555555
level: high
logsource: { category: file_event, product: linux }
detection:
  selection: { TargetFilename|endswith: /only-here }
  condition: selection
`;
    await start();
    const { loaded } = (await client.status()).rules;
    await stop();
    feed = createFeed();
    writeFileSync(join(rules, 'own.yml'), rule('First'));
    await start({ config: { rules: [rules] } });
    await untilStatus((status) => status.rules.loaded === loaded + 1);
    writeFileSync(join(rules, 'broken.yml'), 'title: [');
    const status = await untilStatus(({ rules: { broken } }) => broken.length > 0);
    assert.equal(status.rules.loaded, loaded + 1);
    assert.match(status.rules.broken.join(), /broken\.yml:\d+:\d+: /);
  });

  it('watches a guest home while it is asked to', async () => {
    await start({ config: { homes: [] } });
    const held = await client.watchHome(directory);
    assert.deepEqual(context.homes(), [directory]);
    const alert = await nextAlert(() =>
      feed.put(sampleEvent({ path: `${directory}/.ssh/id_rsa`, user: 'root' })),
    );
    assert.ok(!JSON.stringify(alert).includes(directory), JSON.stringify(alert));
    const changed = new Promise<void>((resolve) => context.onChange(resolve));
    held.release();
    await changed;
    assert.deepEqual(context.homes(), []);
  });

  it('floods nobody: a loop is one alert, and every event is counted', async () => {
    await start();
    await nextAlert(() => feed.put(sampleEvent()));
    for (let n = 0; n < 2000; n += 1) feed.put(sampleEvent());
    const status = await untilStatus(({ counters = {} }) => (counters['rules.events'] ?? 0) >= 2001);
    assert.equal(status.alerts.total, 1);
    assert.ok((status.counters?.['alerts.repeated'] ?? 0) >= 2000);
    assert.deepEqual(status.drops, {});
  });

  it('starts on a full disk, says so, and loses nothing until there is room', async function () {
    mkdirSync(stateDir);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=0711', 'lifeguard-test', stateDir], {
        stdio: 'pipe',
      });
    } catch (error) {
      console.warn(`skipped: needs the right to mount a small tmpfs (${(error as Error).message.trim()})`);
      this.skip();
    }
    try {
      fill(join(stateDir, 'ballast'));
      await start();
      const told = await nextAlert(() => feed.put(sampleEvent()));
      const status = await client.status();
      assert.match(status.warnings.join(), /E_OUTBOX_FULL_DISK/);
      assert.equal(status.central.pending, 1);
      rmSync(join(stateDir, 'ballast'));
      execFileSync('mount', ['-o', 'remount,size=8m', stateDir]);
      await nextAlert(() => feed.put(sampleEvent({ path: '/home/alice/.ssh/another' })));
      const after = await client.status();
      assert.equal(after.alerts.total, 2);
      assert.ok(!after.warnings.join().includes('E_OUTBOX'), after.warnings.join());
      assert.deepEqual(await client.alert(told.id), told);
    } finally {
      await stop();
      // Lazily: a database that could not be opened keeps its descriptor until it is collected.
      execFileSync('umount', ['--lazy', stateDir]);
    }
  });

  it('delivers to the central collector what it keeps', async () => {
    const central = await testCentral();
    try {
      await start();
      await client.enroll(await central.createToken());
      const alert = await nextAlert(() =>
        feed.put(
          sampleEvent({ process: { ...sampleProcess, commandLine: 'x --token=hunter2hunter2', uid: 0 } }),
        ),
      );
      const status = await untilStatus(({ central: { acknowledged } }) => acknowledged === 1);
      assert.equal(status.central.state, 'connected');
      assert.ok(status.device);
      assert.ok(!JSON.stringify(alert).includes('hunter2'));
    } finally {
      await stop();
      await central.remove();
    }
  });
});

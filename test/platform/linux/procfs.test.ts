import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { bootId, bootTime, monotonicTime } from '../../../platform/linux/procfs-boot.ts';
import { readEnvironment } from '../../../platform/linux/procfs-environment.ts';
import {
  exists,
  listProcesses,
  readArguments,
  readImage,
  readStat,
  readUser,
  readWorkingDirectory,
  realPath,
} from '../../../platform/linux/procfs.ts';

const NOBODY = 5_000_000;

describe('platform/linux/procfs', () => {
  const children: ChildProcess[] = [];

  /** A process that waits for its standard input to end. */
  async function waiting(env: Record<string, string>, ...words: string[]): Promise<number> {
    const child = spawn('sh', ['-c', 'echo ready; read line', ...words], {
      env: { PATH: '/usr/bin:/bin', ...env },
      cwd: '/',
    });
    children.push(child);
    await once(child.stdout, 'data');
    return child.pid ?? 0;
  }

  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.stdin?.end();
      if (child.exitCode === null) await once(child, 'exit');
    }
  });

  it('reads what a process is', async () => {
    const pid = await waiting({}, 'näme', '');
    assert.deepEqual(readArguments(pid)?.slice(3), ['näme', '']);
    assert.match(readImage(pid) ?? '', /sh$/);
    assert.equal(readWorkingDirectory(pid), '/');
    assert.equal(readUser(pid), process.getuid?.());
    const stat = readStat(pid);
    assert.equal(stat?.parent, process.pid);
    assert.equal(stat.threads, 1);
    assert.ok(Math.abs(bootTime() - stat.start) < 5_000_000);
    assert.ok(listProcesses().includes(pid));
  });

  it('is undefined, not an exception, for a process that is gone', () => {
    for (const read of [readArguments, readImage, readWorkingDirectory, readStat])
      assert.equal(read(NOBODY), undefined);
    assert.equal(readEnvironment(NOBODY, new Set(['npm_x'])), undefined);
    assert.equal(readUser(NOBODY), -1);
  });

  it('keeps the wanted variables and nothing else', async () => {
    const pid = await waiting({ npm_lifecycle_event: 'install', npm_secret: 'hidden', Npm_x: '1' });
    assert.deepEqual(
      [...(readEnvironment(pid, new Set(['npm_lifecycle_event', 'INIT_CWD'])) ?? [])],
      [['npm_lifecycle_event', 'install']],
    );
  });

  it('finds a variable that a package pushed behind a megabyte of its own', async () => {
    const padding = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`a${index}`, 'x'.repeat(120_000)]),
    );
    const pid = await waiting({ ...padding, n: 'y'.repeat(100_000), npm_lifecycle_event: 'postinstall' });
    assert.equal(
      readEnvironment(pid, new Set(['npm_lifecycle_event', 'n']))?.get('npm_lifecycle_event'),
      'postinstall',
    );
  });

  it('leaves out a value that is too long', async () => {
    const pid = await waiting({ npm_package_name: 'x'.repeat(5000), npm_package_version: '1.0.0' });
    const found = readEnvironment(pid, new Set(['npm_package_name', 'npm_package_version']));
    assert.deepEqual([...(found ?? [])], [['npm_package_version', '1.0.0']]);
  });

  it('replaces bytes that are no UTF-8', async () => {
    const pid = await waiting({}, '\udc80');
    assert.equal(readArguments(pid)?.at(-1), '\ufffd');
  });

  it('resolves names without opening them', () => {
    assert.equal(realPath('/proc/self/../self/status'), `/proc/${process.pid}/status`);
    assert.equal(realPath('/nowhere/at/all'), undefined);
    assert.equal(realPath(`/${'a/'.repeat(3000)}`), undefined);
    assert.equal(exists('/proc'), true);
    assert.equal(exists('/nowhere'), false);
  });

  it('knows this boot', () => {
    assert.match(bootId(), /^[0-9a-f]{8}$/);
    assert.ok(Math.abs(Number(process.hrtime.bigint() / 1000n) - monotonicTime()) < 1_000_000);
    assert.ok(bootTime() >= monotonicTime() - 1000);
  });
});

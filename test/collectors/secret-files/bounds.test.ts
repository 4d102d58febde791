import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { lchownSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretPlace } from '../../../rules/secrets/index.ts';
import type { Event, FileEvent } from '../../../schema/event.ts';
import { type Armed, armSensor, type Scratch, scratch, whyNot } from '../sensor/armed.ts';
import { readBy } from '../sensor/running.ts';

describe('what somebody can do to the watch', () => {
  let room: Scratch;
  let home: string;
  let armed: Armed | undefined;

  before(function () {
    const reason = whyNot();
    if (!reason) return;
    console.warn(`skipped: ${reason}`);
    this.skip();
  });

  beforeEach(() => {
    room = scratch();
    home = join(room.path, 'home');
    write('home/.ssh/id_rsa');
  });

  afterEach(async () => {
    await armed?.stop();
    armed = undefined;
    room[Symbol.dispose]();
  });

  function write(name: string): string {
    const path = join(room.path, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'decoy');
    return path;
  }

  async function isHeld(path: string): Promise<boolean> {
    return (await readBy('L', path)).text === '';
  }

  it('a tree without end under a wildcard uses up its own room and no other', async () => {
    for (let n = 0; n < 600; n++) write(`home/.tsh/${n}/key`);
    armed = await armSensor({ homes: [home] });
    const counters = armed.sensor.secretFiles.counters();
    assert.ok((counters['directories-skipped'] ?? 0) >= 80, JSON.stringify(counters));
    assert.equal(armed.sensor.secretFiles.capabilities()[0]?.state, 'degraded');
    assert.ok(await isHeld(join(home, '.ssh', 'id_rsa')));
    write('home/.aws/credentials');
    while (!(await isHeld(join(home, '.aws', 'credentials'))));
  });

  it('a link to what is not theirs is not followed', async () => {
    write('theirs/credentials');
    symlinkSync(join(room.path, 'theirs'), join(home, '.aws'));
    lchownSync(join(home, '.aws'), 1234, 1234);
    armed = await armSensor({ homes: [home] });
    assert.equal(armed.sensor.secretFiles.counters()['foreign-links'], 1);
    assert.ok(!(await isHeld(join(room.path, 'theirs', 'credentials'))));
  });

  it('a system’s own file is watched by itself, also when it is replaced, and its busy directory is not held', async () => {
    const shadow = write('etc/shadow');
    const other = write('etc/hosts');
    const place: SecretPlace = {
      id: 'test/shadow',
      group: 'test',
      kind: 'hash',
      tier: 'A',
      path: shadow,
      readers: [],
      ops: ['read'],
    };
    armed = await armSensor({ homes: [], places: [place] });
    assert.ok(await isHeld(shadow));
    assert.ok(!(await isHeld(other)));
    renameSync(write('etc/shadow.new'), shadow);
    while (!(await isHeld(shadow)));
    const counters = armed.sensor.secretFiles.counters();
    assert.equal(counters['directory-marks'], 0);
  });

  it('a rescan finds what is there and keeps what is known', async () => {
    armed = await armSensor({ homes: [home] });
    armed.sensor.secretFiles.rescan();
    armed.watch([home]);
    await armed.sensor.secretFiles.armed;
    assert.ok(await isHeld(join(home, '.ssh', 'id_rsa')));
  });

  it('ssh-keygen may read a key under any lineage, and that is reported', async function () {
    if (spawnSync('ssh-keygen', ['-V']).error) {
      console.warn('skipped: ssh-keygen is not installed');
      this.skip();
    }
    const key = join(home, '.ssh', 'id_ed25519');
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    armed = await armSensor({ homes: [home] });
    const env = { ...process.env, LIFEGUARD_TEST_CLASS: 'L' };
    const { stdout } = spawnSync('ssh-keygen', ['-y', '-f', key], { env, encoding: 'utf8' });
    const event = await armed.next(isKeyOpen);
    assert.match(stdout, /^ssh-ed25519 /);
    assert.deepEqual([event.verdict, event.secret?.expectedReader], ['allowed', true]);
  });
});

function isKeyOpen(event: Event): event is FileEvent {
  return event.kind === 'file' && event.secret?.place === 'ssh/ed25519';
}

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event, FileEvent, LossEvent } from '../../schema/event.ts';
import { armSensor, procWorker, type Scratch, scratch, whyNot } from './sensor/armed.ts';
import { readBy, runAgent } from './sensor/running.ts';

const faultyWorker = new URL('./sensor/faulty-worker.ts', import.meta.url);
const KEY = 'decoy\n';

describe('the sensor’s thread', () => {
  let room: Scratch;
  let home: string;
  let key: string;
  let faults: string;

  before(function () {
    const reason = whyNot();
    if (!reason) return;
    console.warn(`skipped: ${reason}`);
    this.skip();
  });

  beforeEach(() => {
    room = scratch();
    home = makeHome('home');
    key = join(home, '.ssh', 'id_rsa');
    faults = join(room.path, 'faults');
    mkdirSync(faults);
    process.env['LIFEGUARD_TEST_FAULTS'] = faults;
  });

  afterEach(() => {
    delete process.env['LIFEGUARD_TEST_FAULTS'];
    room[Symbol.dispose]();
  });

  function makeHome(name: string): string {
    const path = join(room.path, name);
    mkdirSync(join(path, '.ssh'), { recursive: true });
    writeFileSync(join(path, '.ssh', 'id_rsa'), KEY);
    return path;
  }

  it('is killed by the kernel when the agent is stopped, and the reader goes on', async () => {
    const agent = await runAgent({ homes: [home], script: procWorker });
    agent.child.kill('SIGSTOP');
    const gone = once(agent.child, 'exit');
    const read = await readBy('L', key);
    assert.equal(read.text, KEY);
    assert.ok(read.took > 200 && read.took < 2500, `held for ${read.took} ms`);
    assert.deepEqual(await gone, [null, 'SIGKILL']);
  });

  it('is killed by the kernel when it spins, and the reader goes on', async () => {
    const agent = await runAgent({ homes: [home], script: faultyWorker });
    const gone = once(agent.child, 'exit');
    writeFileSync(join(faults, 'spin'), '');
    const read = await readBy('L', key);
    assert.equal(read.text, KEY);
    assert.ok(read.took < 2500, `held for ${read.took} ms`);
    assert.deepEqual(await gone, [null, 'SIGKILL']);
  });

  for (const fault of ['throw', 'exit']) {
    it(`starts again after a fault (${fault}), releases what it held, and says so`, async function () {
      const armed = await armSensor({ homes: [home], script: faultyWorker });
      try {
        writeFileSync(join(faults, fault), '');
        const loss = await armed.next(isLoss);
        assert.deepEqual([loss.cause, loss.credentialPath], ['thread-lost', true]);
        assert.equal(armed.sensor.secretFiles.capabilities()[0]?.state, 'no');
        assert.equal((await readBy('L', key)).text, KEY);
      } finally {
        await armed.stop();
      }
      assert.deepEqual(killTimers(), []);
    });
  }

  it('sees and blocks again after it died', async () => {
    const armed = await armSensor({ homes: [home], script: faultyWorker });
    try {
      writeFileSync(join(faults, 'exit'), '');
      await armed.next(isLoss);
      while (!armed.events.some(isDenied)) await readBy('L', key);
      assert.equal((await readBy('L', key)).text, '');
    } finally {
      await armed.stop();
    }
  });

  it('says what is missing without root, and ends cleanly', async () => {
    chmodSync(room.path, 0o755);
    const under = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
    const agent = await runAgent({ homes: [home], script: procWorker, under });
    await agent.stop();
    const seeing = agent.capabilities.find(({ name }) => name === 'see secret read');
    assert.equal(seeing?.state, 'no');
    assert.match(seeing.why, /does not permit fanotify \(fanotify_init: EPERM\)/);
    assert.match(seeing.remedy ?? '', /root/);
    assert.equal(agent.child.exitCode, 0);
  });

  it('says which home it cannot read, and watches the others', async () => {
    const closed = makeHome('closed');
    chownSync(closed, 1234, 1234);
    chmodSync(closed, 0o000);
    const under = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--'];
    const agent = await runAgent({ homes: [closed, home], script: procWorker, under });
    await agent.stop();
    const seeing = agent.capabilities.find(({ name }) => name === 'see secret read');
    assert.equal(seeing?.state, 'degraded');
    assert.ok(
      agent.log.some((line) => line.includes(closed) && line.includes('EACCES')),
      agent.log.join('\n'),
    );
  });

  it('keeps nothing of a home that is not watched any more', async () => {
    const other = makeHome('other');
    const armed = await armSensor({ homes: [home, other] });
    try {
      assert.equal((await readBy('L', key)).text, '');
      armed.watch([other]);
      await armed.sensor.secretFiles.armed;
      assert.equal((await readBy('L', key)).text, KEY);
      assert.equal((await readBy('L', join(other, '.ssh', 'id_rsa'))).text, '');
    } finally {
      await armed.stop();
    }
  });

  it('arms a home that is named before it exists', async () => {
    const later = join(room.path, 'later');
    const armed = await armSensor({ homes: [] });
    try {
      armed.watch([later]);
      await armed.sensor.secretFiles.armed;
      makeHome('later');
      while (!armed.events.some(isDenied)) await readBy('L', join(later, '.ssh', 'id_rsa'));
    } finally {
      await armed.stop();
    }
  });

  it('follows a change of the policy at once', async () => {
    const armed = await armSensor({ homes: [home], mode: 'audit' });
    try {
      assert.equal((await readBy('L', key)).text, KEY);
      armed.setMode('protect');
      await armed.sensor.secretFiles.armed;
      assert.equal((await readBy('L', key)).text, '');
    } finally {
      await armed.stop();
    }
  });

  it('does not report what we open ourselves', async () => {
    const armed = await armSensor({ homes: [home] });
    try {
      assert.equal(readFileSync(key, 'utf8'), KEY);
      await readBy('L', key);
      await armed.next(isDenied);
      assert.ok(armed.events.every((event) => event.process?.pid !== process.pid));
    } finally {
      await armed.stop();
    }
  });
});

function isDenied(event: Event): event is FileEvent {
  return event.kind === 'file' && event.verdict === 'denied';
}

function isLoss(event: Event): event is LossEvent {
  return event.kind === 'loss';
}

/** POSIX timers of this process, one line each; none where the kernel does not list them. */
function killTimers(): string[] {
  const file = '/proc/self/timers';
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('ID:'));
}

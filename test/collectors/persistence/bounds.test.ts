import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event, FileEvent } from '../../../schema/event.ts';
import { createTrees } from '../../../collectors/persistence/trees.ts';
import { writeCatalogue } from '../../../rules/secrets/index.ts';
import { type Armed, armSensor, type Scratch, scratch, whyNot } from '../sensor/armed.ts';
import { type Alone, execOf, fakeTree, noMarks, noWalk, startAlone } from './alone.ts';
import { judged } from './judged.ts';

const worker = new URL('../../../collectors/sensor/worker.ts', import.meta.url);
const queueLimit = '/proc/sys/fs/fanotify/max_queued_events';

/** A shell in a lifecycle script's environment, as a package manager that is not known starts it. */
async function runScript(directory: string, project: string, command: string): Promise<void> {
  const env = {
    PATH: process.env['PATH'],
    npm_lifecycle_event: 'postinstall',
    npm_package_name: 'evil',
    npm_package_version: '1.0.1',
    npm_package_json: join(directory, 'package.json'),
    INIT_CWD: project,
  };
  await once(spawn('sh', ['-c', command], { cwd: directory, env, stdio: 'ignore' }), 'exit');
}

describe('the bounds of the sensor of writes', function () {
  this.timeout(20_000);
  let room: Scratch;
  let home: string;
  let project: string;
  let evil: string;
  let armed: Armed | undefined;
  let sensor: Alone | undefined;
  const living = new Set<string>();

  before(function () {
    const reason = whyNot();
    if (!reason) return;
    console.warn(`skipped: ${reason}`);
    this.skip();
  });

  beforeEach(() => {
    room = scratch();
    home = join(room.path, 'home');
    project = join(home, 'work', 'project');
    evil = join(project, 'node_modules', 'evil');
    for (const path of [join(home, 'Documents'), evil]) mkdirSync(path, { recursive: true });
    writeFileSync(join(evil, 'package.json'), JSON.stringify({ name: 'evil', version: '1.0.1' }));
  });

  afterEach(async () => {
    await armed?.stop();
    armed = undefined;
    sensor?.persistence.source.close();
    sensor = undefined;
    room[Symbol.dispose]();
  });

  it('tells of a wiped home, file by file up to a limit, and a rule counts them', async () => {
    for (let n = 0; n < 400; n++) writeFileSync(join(home, 'Documents', `letter-${n}.odt`), '');
    armed = await armSensor({ homes: [home], mode: 'audit', script: worker });
    await runScript(evil, project, `rm -r ${join(home, 'Documents')}; echo > ${join(home, '.bashrc')}`);
    await armed.next((event): event is FileEvent => isWrite(event) && event.path.endsWith('.bashrc'));
    const deleted = armed.events.filter((event) => isWrite(event) && event.action === 'delete');
    assert.equal(deleted.length, 256);
    const titles = (await judged(armed.events)).map(({ title }) => title);
    assert.ok(titles.includes('Many files of a home deleted by package code'), titles.join());
  });

  it('counts a queue that overflows as a loss, and goes on', () => {
    const limit = readFileSync(queueLimit, 'utf8');
    writeFileSync(queueLimit, '32');
    try {
      sensor = startAlone(home);
    } finally {
      writeFileSync(queueLimit, limit);
    }
    spawnSync('sh', ['-c', `for n in $(seq 100); do : > ${home}/f$n; done`]);
    sensor.read();
    assert.equal(sensor.persistence.counters()['write-queue-lost'], 1);
    spawnSync('sh', ['-c', `echo > ${home}/.zshrc`]);
    sensor.read();
    assert.deepEqual(sensor.told, [`create ${home}/.zshrc`]);
  });

  it('lets go of a project when its tree has ended', () => {
    const walked: string[] = [];
    const released: string[] = [];
    const trees = createTrees(
      writeCatalogue('linux'),
      fakeTree(living),
      { ...noMarks, release: ({ path }) => released.push(path) },
      { ...noWalk, begin: ({ path }) => walked.push(path) },
    );
    trees.noticed(execOf('evil', evil, project));
    trees.noticed(execOf('evil', evil, project));
    assert.deepEqual(walked, [evil, project, project]);
    living.add('evil');
    trees.tidy(0);
    assert.deepEqual(released, []);
    living.clear();
    trees.tidy(4999);
    assert.deepEqual(released, []);
    trees.tidy(5000);
    assert.deepEqual(released, walked);
  });
});

function isWrite(event: Event): event is FileEvent {
  return event.kind === 'file' && event.collector === 'persistence';
}

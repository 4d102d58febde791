import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event, FileEvent } from '../../../schema/event.ts';
import { type Armed, armSensor, type Scratch, scratch, whyNot } from './armed.ts';

const worker = new URL('../../../collectors/sensor/worker.ts', import.meta.url);

describe('the whole sensor, with a real npm install', () => {
  let room: Scratch;
  let armed: Armed;
  let key: string;

  before(async function () {
    const reason = whyNot() ?? (spawnSync('npm', ['--version']).error && 'npm is not installed');
    if (reason) {
      console.warn(`skipped: ${reason}`);
      this.skip();
    }
    room = scratch();
    key = join(room.path, 'home', '.ssh', 'id_ed25519');
    mkdirSync(join(room.path, 'home', '.ssh'), { recursive: true });
    writeFileSync(key, 'decoy');
    armed = await armSensor({ homes: [join(room.path, 'home')], script: worker });
  });

  after(async () => {
    await armed?.stop();
    room?.[Symbol.dispose]();
  });

  it('proves that it sees processes start', () => {
    const starting = armed.sensor.processes.capabilities()[0];
    assert.equal(starting?.state, 'yes', starting?.why ?? '');
  });

  it('denies the key to a postinstall script and names the package', async () => {
    const project = join(room.path, 'project');
    const dependency = join(room.path, 'evil');
    mkdirSync(project);
    mkdirSync(dependency);
    const postinstall = `cat ${key} > stolen || true`;
    writeFileSync(
      join(dependency, 'package.json'),
      JSON.stringify({ name: 'evil', version: '1.0.1', scripts: { postinstall } }),
    );
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'victim', version: '1.0.0' }));
    const args = [
      'install',
      '--offline',
      '--no-audit',
      '--no-fund',
      '--install-links',
      '--dangerously-allow-all-scripts',
    ];
    const npm = spawn('npm', [...args, dependency], { cwd: project, stdio: 'ignore' });
    await once(npm, 'exit');
    const event = await armed.next(isKeyOpen);
    assert.equal(event.verdict, 'denied');
    const { lineage } = event.process ?? {};
    assert.deepEqual([lineage?.class, lineage?.packageName, lineage?.packageVersion], ['L', 'evil', '1.0.1']);
    assert.equal(lineage?.lifecycle, 'postinstall');
    assert.match(event.process?.commandLine ?? '', /^cat /);
  });
});

function isKeyOpen(event: Event): event is FileEvent {
  return event.kind === 'file' && event.secret?.place === 'ssh/ed25519';
}

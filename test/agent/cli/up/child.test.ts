import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { type Child, keepRunning } from '../../../../agent/cli/up/child.ts';
import { type Service, startService } from '../../../../agent/cli/up/service.ts';

// Says what it was told first, then obeys.
const program = `
  process.on('message', (message) => {
    if (message.type === 'start') process.send({ type: 'ready', pid: process.pid, told: message.told });
    if (message.type === 'die') process.exit(3);
    if (message.type === 'fail') { process.send({ type: 'failed', code: 'E_X', message: 'no disk' }); process.exit(1); }
    if (message.type === 'crash') throw new Error('broken');
  });
  process.on('disconnect', () => process.exit(0));
`;

let directory: string;
let entry: URL;
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'lifeguard-child-'));
  writeFileSync(join(directory, 'child.mjs'), program);
  entry = pathToFileURL(join(directory, 'child.mjs'));
});
after(() => rmSync(directory, { recursive: true }));

function gone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

describe('a child of lifeguard up', () => {
  const events = new EventEmitter();
  const said: string[] = [];
  let child: Child;
  beforeEach(() => {
    said.length = 0;
    child = keepRunning({
      name: 'agent',
      entry,
      start: { type: 'start', told: 'hello' },
      heard: (message) => events.emit('heard', message),
      died: () => true,
      say: (line) => said.push(line),
      verbose: false,
    });
  });
  afterEach(() => child.stop());

  const heard = async () => ((await once(events, 'heard')) as [{ pid: number; told: string }])[0];

  it('is told its first message, and ends when it is asked to', async () => {
    const { told, pid } = await heard();
    assert.equal(told, 'hello');
    await child.stop();
    assert.ok(gone(pid));
  });

  it('is started again when it dies, which is said', async () => {
    const first = await heard();
    child.send({ type: 'die' });
    const second = await heard();
    assert.notEqual(second.pid, first.pid);
    assert.equal(second.told, 'hello');
    assert.deepEqual(said, ['The agent ended unexpectedly (exit code 3); it is started again in 1 s.']);
  });

  it('is not started again once it was stopped while it waited', async () => {
    await heard();
    child.send({ type: 'die' });
    while (said.length === 0) await new Promise(setImmediate);
    await child.stop();
    assert.equal(said.length, 1);
  });

  it('lets its crash be read', async () => {
    await heard();
    child.send({ type: 'crash' });
    await heard();
    assert.ok(
      said.some((line) => line.startsWith('agent: Error: broken')),
      said.join('\n'),
    );
  });
});

describe('a service of lifeguard up', () => {
  const message = v.variant('type', [
    v.object({ type: v.literal('ready'), pid: v.number() }),
    v.object({ type: v.literal('failed'), code: v.string(), message: v.string() }),
  ]);
  const said: string[] = [];
  let service: Service<v.InferOutput<typeof message>>;
  beforeEach(() => {
    said.length = 0;
    service = startService(
      {
        name: 'agent',
        entry,
        start: { type: 'start' },
        remedies: { E_X: 'make room' },
        say: (line) => said.push(line),
        verbose: false,
      },
      message,
    );
  });
  afterEach(() => service.stop());

  it('rejects a wait with what the child said, and what to do about it', async () => {
    await service.next('ready');
    service.send({ type: 'fail' });
    await assert.rejects(service.next('ready'), { code: 'E_X', message: 'no disk; make room' });
  });

  it('rejects a wait when the child dies before it has started, and does not start it again', async () => {
    await service.next('ready');
    service.send({ type: 'die' });
    await assert.rejects(service.next('ready'), {
      message: 'the agent ended while it was starting (exit code 3)',
    });
    assert.deepEqual(said, []);
  });

  it('starts it again once it had started', async () => {
    const first = await service.next('ready');
    service.started();
    service.send({ type: 'die' });
    assert.notEqual((await service.next('ready')).pid, first.pid);
  });

  it('leaves no wait behind when it is stopped', async () => {
    const waiting = assert.rejects(service.next('ready'), { message: 'the agent was stopped' });
    await service.stop();
    await waiting;
  });
});

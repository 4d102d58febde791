// The agent as a program: how it starts, says what keeps it from starting, and ends. With the real sensors of this machine.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { createLocalClient } from '../../../agent/cli/local-client.ts';
import { fromAgent, type FromAgent, type ToAgent } from '../../../schema/agent-process.ts';
import { agentConfig } from '../../../schema/config.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const main = join(root, 'agent', 'daemon', 'main.ts');

describe('agent process', () => {
  let directory: string;
  let stateDir: string;
  let children: ChildProcess[];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'agent-process-'));
    stateDir = join(directory, 'state');
    children = [];
  });
  afterEach(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  });

  function launch(args: readonly string[], ipc = false, script = main): ChildProcess {
    const flags = ['--disable-warning=ExperimentalWarning'];
    const child = spawn(process.execPath, [...flags, script, ...args], {
      stdio: ['ignore', 'ignore', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
      env: { ...process.env, LIFEGUARD_CONFIG: '', LIFEGUARD_STATE_DIR: '' },
    });
    children.push(child);
    return child;
  }

  async function ended(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
    let stderr = '';
    child.stderr?.on('data', (text) => (stderr += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  }

  async function heard(child: ChildProcess): Promise<FromAgent> {
    return v.parse(fromAgent, (await once(child, 'message'))[0]);
  }

  /** A child of `lifeguard up`, as far as `ready`. */
  async function running(): Promise<ChildProcess> {
    const child = launch([], true);
    child.stderr?.resume();
    const config = v.parse(agentConfig, { stateDir, homes: [directory] });
    child.send({ type: 'start', config } satisfies ToAgent);
    assert.deepEqual(await heard(child), { type: 'listening', socket: join(stateDir, 'run', 'agent.sock') });
    assert.deepEqual(await heard(child), { type: 'ready' });
    return child;
  }

  it('starts by message, is ready, and ends cleanly on SIGTERM', async () => {
    const child = await running();
    const status = await createLocalClient(stateDir).status();
    assert.deepEqual([status.ready, status.pid, status.homes], [true, child.pid, [directory]]);
    child.kill('SIGTERM');
    assert.equal((await ended(child)).code, 0);
  });

  it('ends when its parent is gone', async () => {
    const child = await running();
    child.disconnect();
    // Not `close`, which does not come after a disconnect by this side.
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
  });

  it('says that another one runs, and starts again after that one was killed', async () => {
    const first = await running();
    const second = await ended(launch(['--state-dir', stateDir]));
    assert.equal(second.code, 3);
    assert.match(
      second.stderr,
      new RegExp(`^lifeguard: another agent \\(pid ${first.pid}\\) is already running`),
    );
    first.kill('SIGKILL');
    await once(first, 'exit');
    await running();
  });

  const wrong: readonly (readonly [string, string | undefined, readonly string[], number, RegExp])[] = [
    ['an unknown key', 'hmes: auto\n', [], 2, /c\.yaml:1:1: hmes: .*did you mean homes/],
    ['a wrong type', 'mode: loud\n', [], 2, /c\.yaml:1:7: mode: /],
    ['an absent file', undefined, [], 2, /does not exist/],
    ['an unknown option', 'mode: audit\n', ['--loud'], 2, /--loud/],
    [
      'a state directory that is a file',
      'mode: audit\nstateDir: /dev/null\n',
      [],
      1,
      /\/dev\/null cannot be used/,
    ],
  ];
  for (const [what, content, args, exit, expected] of wrong)
    it(`does not start with ${what}, and says so on one line`, async () => {
      const file = join(directory, 'c.yaml');
      if (content !== undefined) writeFileSync(file, content);
      const { code, stderr } = await ended(launch(['--config', file, ...args]));
      assert.equal(code, exit, stderr);
      assert.match(stderr, /^lifeguard: /);
      assert.match(stderr, expected);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    });

  it('tells the parent why it does not start', async () => {
    const child = launch([], true);
    child.send({ type: 'start', config: { stateDir: '/dev/null/x' } });
    const failure = await heard(child);
    assert.equal(failure.type === 'failed' && failure.code, 'E_STATE_DIRECTORY');
    assert.equal((await ended(child)).code, 1);
  });

  it('is what lifeguard agent becomes', async () => {
    const file = join(directory, 'c.yaml');
    writeFileSync(file, `stateDir: ${stateDir}\nhomes: [${directory}]\n`);
    const child = launch(['agent', '--config', file], false, join(root, 'agent', 'cli', 'main.ts'));
    const lines = child.stderr?.setEncoding('utf8');
    let log = '';
    while (!log.includes('every available sensor is armed')) log += (await once(lines as never, 'data'))[0];
    assert.equal((await createLocalClient(stateDir).status()).pid, child.pid);
    child.kill('SIGINT');
    assert.equal((await ended(child)).code, 0);
    for (const line of log.trim().split('\n')) assert.ok(JSON.parse(line).msg);
  });
});

import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalClient } from '../../../agent/cli/local-client.ts';

const main = join(import.meta.dirname, '..', '..', '..', 'agent', 'cli', 'main.ts');
const freePorts = ['--port', '0', '--console-port', '0'];

/** A `lifeguard up` with its own state directory, and what it has said so far. */
class Up {
  readonly process: ChildProcess;
  readonly ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  stdout = '';
  stderr = '';

  constructor(stateDir: string, args: readonly string[] = freePorts, under: readonly string[] = []) {
    const [command = '', ...rest] = [...under, process.execPath, main, 'up', ...args];
    const env = { ...process.env, LIFEGUARD_STATE_DIR: stateDir, LIFEGUARD_CONFIG: '' };
    this.process = spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(this.process, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  }

  /** Resolves once stdout or stderr matches; rejects when it ends before. */
  says(pattern: RegExp): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (pattern.test(this.stdout + this.stderr)) resolve();
    };
    this.process.stdout?.on('data', look);
    this.process.stderr?.on('data', look);
    this.process.once('close', (code) =>
      reject(new Error(`ended (${code}) before it said ${pattern}: ${this.stdout}${this.stderr}`)),
    );
    look();
    return promise;
  }

  /** Pids of the central collector and the agent. */
  children(): number[] {
    const text = execFileSync('ps', ['-o', 'pid=', '--ppid', String(this.process.pid)], { encoding: 'utf8' });
    return text.trim().split(/\s+/).map(Number);
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('lifeguard up', () => {
  let stateDir: string;
  const started: Up[] = [];
  const up = (...args: ConstructorParameters<typeof Up> extends [string, ...infer R] ? R : never): Up => {
    const one = new Up(stateDir, ...args);
    started.push(one);
    return one;
  };

  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'lifeguard-up-'));
  });
  afterEach(async () => {
    for (const { process: child, ended } of started.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    }
    rmSync(stateDir, { recursive: true, force: true });
  });

  it('starts both, joins them, says what there is in under a dozen lines, and ends both on Ctrl-C', async () => {
    const first = up();
    await first.says(/Ctrl-C ends both/);
    assert.ok(first.stdout.split('\n').length < 12, first.stdout);
    assert.match(first.stdout, /Console +http:\/\/127\.0\.0\.1:\d+\n/);
    assert.match(first.stdout, /Sign in +http:\/\/127\.0\.0\.1:\d+\/sign-in#\S+/);
    const status = await createLocalClient(stateDir).status();
    assert.equal(status.central.state, 'connected');
    const pids = first.children();
    assert.equal(pids.length, 2);

    const second = up();
    assert.deepEqual(await second.ended, [0, null]);
    assert.match(
      second.stdout,
      new RegExp(`already running with ${stateDir}; its agent is process ${status.pid}`),
    );
    assert.match(second.stdout, /Sign in +http:\/\/127\.0\.0\.1:\d+\/sign-in#\S+/);

    first.process.kill('SIGINT');
    assert.deepEqual(await first.ended, [0, null]);
    assert.deepEqual(pids.filter(alive), []);
    assert.equal(first.stderr, '');
  });

  it('keeps its device over a restart, and joins anew when the central collector has lost it', async () => {
    const devices: (string | undefined)[] = [];
    for (const forget of [false, false, true]) {
      if (forget) rmSync(join(stateDir, 'central'), { recursive: true });
      const one = up();
      await one.says(/Ctrl-C ends both/);
      devices.push((await createLocalClient(stateDir).status()).device);
      one.process.kill('SIGINT');
      await one.ended;
    }
    assert.equal(devices[0], devices[1]);
    assert.notEqual(devices[1], devices[2]);
  });

  it('starts an agent again that was killed, and says so', async () => {
    const one = up();
    await one.says(/Ctrl-C ends both/);
    const { pid } = await createLocalClient(stateDir).status();
    process.kill(pid, 'SIGKILL');
    await one.says(/The agent ended unexpectedly \(SIGKILL\); it is started again in 1 s\./);
    const answer = await eventually(async () => createLocalClient(stateDir).status());
    assert.notEqual(answer.pid, pid);
  });

  it('leaves nothing running when it is killed itself', async () => {
    const one = up();
    await one.says(/Ctrl-C ends both/);
    const pids = one.children();
    one.process.kill('SIGKILL');
    await one.ended;
    await eventually(async () => assert.deepEqual(pids.filter(alive), []));
  });

  it('says loudly that it does not see reads of secrets where the kernel does not permit it', async () => {
    const without = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];
    const one = up(freePorts, without);
    await one.says(/Ctrl-C ends both/);
    assert.match(one.stdout, /Reads of secrets are NOT seen here: .+\./);
    assert.match(one.stdout, /Cannot .*see secret read/);
  });
});

describe('lifeguard up: what keeps it from starting is one line', () => {
  let stateDir: string;
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'lifeguard-up-'));
  });
  afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

  async function refused(args: readonly string[], directory: string = stateDir): Promise<string> {
    const one = new Up(directory, args);
    assert.deepEqual(await one.ended, [1, null]);
    assert.equal(one.stdout, '');
    assert.equal(one.stderr.split('\n').length, 2, one.stderr);
    return one.stderr;
  }

  it('a port that is taken, with the remedy', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const line = await refused(['--port', String(port), '--console-port', '0']);
    assert.match(line, new RegExp(`127\\.0\\.0\\.1:${port}.*EADDRINUSE.*; choose others with --port`));
    server.close();
  });

  it('a configuration with a wrong key', async () => {
    const file = join(stateDir, 'lifeguard.yaml');
    writeFileSync(file, 'mode: audit\nhmoes: auto\n');
    assert.match(
      await refused(['--config', file]),
      /lifeguard\.yaml:2:1: hmoes: is not a known key .*did you mean homes\?/,
    );
  });

  it('a configuration that names another central collector', async () => {
    const file = join(stateDir, 'lifeguard.yaml');
    writeFileSync(file, 'central: {url: "wss://elsewhere:1"}\n');
    assert.match(await refused(['--config', file]), /brings its own central collector; use lifeguard agent/);
  });

  it('a state directory that cannot be one', async () => {
    const file = join(stateDir, 'file');
    writeFileSync(file, '');
    assert.match(await refused(freePorts, file), /^lifeguard: cannot use .*file\/central: .*ENOTDIR/);
  });
});

/** Asks again until it does not reject, for at most ten seconds. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  const end = performance.now() + 10_000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

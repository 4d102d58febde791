// A real agent, fed by the test, and the real command beside it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Daemon, startDaemon } from '../../../agent/daemon/daemon.ts';
import { createLog } from '../../../agent/daemon/log.ts';
import { agentConfig } from '../../../schema/config.ts';
import { createFeed, type Feed } from '../daemon/feed.ts';

const main = join(import.meta.dirname, '..', '..', '..', 'agent', 'cli', 'main.ts');
const log = (await createLog({ verbose: false, pretty: false })).child({}, { level: 'silent' });

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AgentFixture {
  readonly stateDir: string;
  readonly feed: Feed;
  readonly daemon: Daemon;
  /** Runs `lifeguard …` against this agent; `input` is its stdin. */
  run(args: readonly string[], input?: string): Promise<Ended>;
  remove(): Promise<void>;
}

export async function agentFixture(feed: Feed = createFeed()): Promise<AgentFixture> {
  const directory = mkdtempSync(join(tmpdir(), 'agent-cli-'));
  const stateDir = join(directory, 'state');
  const config = v.parse(agentConfig, { homes: ['/home/alice'] });
  const daemon = await startDaemon({ config, stateDir, log, createCollectors: () => [feed] });
  return {
    stateDir,
    feed,
    daemon,
    run: (args, input) => run(args, stateDir, input),
    async remove() {
      await daemon.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function start(args: readonly string[], stateDir: string) {
  const env = { ...process.env, LIFEGUARD_STATE_DIR: stateDir };
  return spawn(process.execPath, [main, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
}

export async function run(args: readonly string[], stateDir: string, input = ''): Promise<Ended> {
  const child = start(args, stateDir);
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

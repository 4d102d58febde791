// The main proof, from a real npm install to the alert on the local API: every simulation is detected, no twin raises one.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalClient, type LocalClient } from '../../agent/cli/local-client.ts';
import { perform } from '../../agent/cli/simulate/performance.ts';
import { system } from '../../platform/system.ts';
import { fromAgent, type ToAgent } from '../../schema/agent-process.ts';
import * as v from 'valibot';
import { simulations } from '../../simulations/index.ts';

const main = new URL('../../agent/daemon/main.ts', import.meta.url).pathname;
const never = new AbortController().signal;

describe('a simulation on this machine', function () {
  this.timeout(30_000);
  let stateDir: string;
  let agent: ChildProcess | undefined;
  let client: LocalClient;

  before(async function () {
    if (system !== 'linux' || process.getuid?.() !== 0) {
      console.warn('skipped: seeing reads of secrets needs root on Linux');
      this.skip();
    }
    stateDir = mkdtempSync(join(tmpdir(), 'lifeguard-state-'));
    agent = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const start: ToAgent = {
      type: 'start',
      config: { mode: 'audit', homes: [], projects: [], rules: [], stateDir },
    };
    agent.send(start);
    for (let said = ''; said !== 'ready'; ) {
      const [message] = (await once(agent, 'message')) as [unknown];
      const found = v.parse(fromAgent, message);
      assert.ok(found.type !== 'failed', JSON.stringify(found));
      said = found.type;
    }
    client = createLocalClient(stateDir);
  });

  after(async () => {
    if (agent && agent.exitCode === null) {
      agent.kill('SIGTERM');
      await once(agent, 'exit');
    }
    if (stateDir) rmSync(stateDir, { recursive: true, force: true });
  });

  for (const simulation of simulations) {
    it(`${simulation.id} is detected, each alert once and with the package that did it`, async () => {
      const done = await perform(simulation, { client, twin: false, seesConnections: false, signal: never });
      const seen = done.alerts.map(({ rule }) => rule.title);
      assert.ok(done.passed, `expected ${done.expected.join(', ')}, saw ${seen.join(', ') || 'nothing'}`);
      const objects = done.alerts.map(
        ({ rule, secret, process }) => `${rule.id} ${secret?.path ?? process?.commandLine}`,
      );
      assert.equal(new Set(objects).size, objects.length);
      for (const { package: found, tree } of done.alerts) {
        if (tree?.class !== 'L') continue;
        assert.equal(found?.confidence, 'exact');
        assert.match(found?.name ?? '', /^lifeguard-simulated-/);
        assert.equal(found?.lifecycle, 'postinstall');
      }
    });

    it(`the benign twin of ${simulation.id} raises nothing of medium or above`, async () => {
      const done = await perform(simulation, { client, twin: true, seesConnections: false, signal: never });
      assert.ok(done.passed, done.alerts.map(({ summary }) => summary).join('; '));
    });
  }
});

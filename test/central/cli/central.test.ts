import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connected, enrolled, readToken } from '../fixtures/agent.ts';
import { lifeguard, started } from '../fixtures/lifeguard.ts';

describe('lifeguard central', () => {
  let directory: string;
  let config: string;
  let running: ChildProcess | undefined;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lifeguard-central-'));
    config = join(directory, 'central.yaml');
    writeFileSync(config, `stateDir: ${directory}\nagents: { port: 0 }\nconsole: { port: 0 }\n`);
  });
  afterEach(async () => {
    if (running?.exitCode === null && running.signalCode === null) {
      const exit = once(running, 'exit');
      running.kill('SIGTERM');
      await exit;
    }
    rmSync(directory, { recursive: true, force: true });
  });

  it('says where it is, hands out tokens and links, revokes, and ends by Ctrl-C', async () => {
    const { child, stdout } = await started(['central', '--config', config], /Ctrl-C/);
    running = child;
    assert.match(stdout, /Console +http:\/\/127\.0\.0\.1:\d+\n/);
    assert.match(stdout, /Sign in +http:\/\/127\.0\.0\.1:\d+\/sign-in#[\w-]{43} /);
    assert.match(stdout, /Agents +wss:\/\/127\.0\.0\.1:\d+\n/);
    assert.ok(stdout.trim().split('\n').length < 12);

    const token = await lifeguard(['central', 'token', '--config', config]);
    assert.match(token.stdout, /^lgt1\.[\w-]+\n$/);
    const { url } = readToken(token.stdout.trim());
    const device = await enrolled(url, token.stdout.trim());
    await (await connected(url, device)).agent.close();

    const link = await lifeguard(['central', '--config', config, 'link']);
    assert.match(link.stdout, /^http:\/\/127\.0\.0\.1:\d+\/sign-in#[\w-]{43}\n$/);

    assert.equal((await lifeguard(['central', 'revoke', device.device, '--config', config])).code, 0);
    const unknown = await lifeguard(['central', 'revoke', 'nobody', '--config', config]);
    assert.deepEqual([unknown.code, unknown.stderr], [1, 'lifeguard: no device nobody was enrolled here\n']);

    const second = await lifeguard(['central', '--config', config]);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /another central collector is running with this state directory.*E_RUNNING/);

    const exit = once(child, 'exit');
    child.kill('SIGINT');
    assert.deepEqual(await exit, [0, null]);
    const gone = await lifeguard(['central', 'token', '--config', config]);
    assert.equal(gone.code, 1);
    assert.match(gone.stderr, /no central collector runs with this state directory/);
  });

  it('refuses a wrong configuration by file and line', async () => {
    writeFileSync(config, `stateDir: ${directory}\nagens: { port: 0 }\n`);
    const { code, stderr } = await lifeguard(['central', '--config', config]);
    assert.equal(code, 1);
    assert.match(stderr, /central\.yaml:2:1: agens: .*did you mean agents\?/);
  });
});

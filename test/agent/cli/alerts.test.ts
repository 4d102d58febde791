import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseSince } from '../../../agent/cli/commands/alerts.ts';
import { createLocalClient } from '../../../agent/cli/local-client.ts';
import { sampleEvent } from '../daemon/sample.ts';
import { type AgentFixture, agentFixture, start } from './status-fixture.ts';

describe('lifeguard alerts', () => {
  let agent: AgentFixture;
  beforeEach(async () => {
    agent = await agentFixture();
  });
  afterEach(() => agent.remove());

  async function put(path: string): Promise<void> {
    const client = createLocalClient(agent.stateDir);
    const { total } = (await client.status()).alerts;
    agent.feed.put(sampleEvent({ path }));
    while ((await client.status()).alerts.total === total);
  }

  it('prints a table, or one JSON object a line', async () => {
    assert.equal((await agent.run(['alerts'])).stdout, 'No alerts.\n');
    await put('/home/alice/.ssh/id_rsa');
    await put('/home/alice/.ssh/id_\u001b[31m\u202eed25519');
    const { code, stdout } = await agent.run(['alerts']);
    assert.equal(code, 0);
    assert.match(stdout, /^time +level +response +what happened\n/);
    assert.match(stdout, /critical +observed +evil@1\.0\.1 postinstall read ~?\S*\/\.ssh\/id_rsa/);
    // oxlint-disable-next-line no-control-regex -- that is what must not be there
    assert.ok(!/[\u001b\u202e]/.test(stdout));
    const lines = (await agent.run(['alerts', '--json'])).stdout.trim().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).package.name),
      ['evil', 'evil'],
    );
    assert.equal(
      (await agent.run(['alerts', '--json', '--since', '1h'])).stdout.trim().split('\n').length,
      2,
    );
    assert.equal((await agent.run(['alerts', '--json', '--since', '2999-01-01'])).stdout, '');
  });

  it('follows until Ctrl-C', async () => {
    await put('/home/alice/.ssh/id_rsa');
    const child = start(['alerts', '--follow', '--json'], agent.stateDir);
    const lines = createInterface({ input: child.stdout });
    const [first] = await once(lines, 'line');
    const next = once(lines, 'line');
    await put('/home/alice/.ssh/id_ed25519');
    const [second] = await next;
    assert.match(JSON.parse(first).secret.path, /id_/);
    assert.match(JSON.parse(second).summary, /id_ed25519/);
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    assert.equal(code, 0);
  });

  it('ends with an error when the agent goes away', async () => {
    await put('/home/alice/.ssh/id_rsa');
    const child = start(['alerts', '--follow'], agent.stateDir);
    let stderr = '';
    child.stderr.on('data', (text) => (stderr += text));
    await once(child.stdout, 'data');
    await agent.daemon.stop();
    const [code] = await once(child, 'close');
    assert.deepEqual([code, stderr], [1, 'lifeguard: the agent went away\n']);
  });

  const now = Date.parse('2026-01-02T00:00:00Z');
  const times: readonly (readonly [string, string])[] = [
    ['30s', '2026-01-01T23:59:30.000Z'],
    ['10m', '2026-01-01T23:50:00.000Z'],
    ['2h', '2026-01-01T22:00:00.000Z'],
    ['1d', '2026-01-01T00:00:00.000Z'],
    ['2025-12-31T12:00:00+01:00', '2025-12-31T11:00:00.000Z'],
  ];
  for (const [text, expected] of times)
    it(`--since ${text}`, () => assert.equal(parseSince(text, now), expected));

  for (const text of ['yesterday', '10', '5w', '-1h', '9999999d'])
    it(`refuses --since ${text}`, () => assert.throws(() => parseSince(text, now), { exitCode: 2 }));
});

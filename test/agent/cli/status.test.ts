// lifeguard status and lifeguard doctor.
import assert from 'node:assert/strict';
import * as v from 'valibot';
import { status as statusSchema } from '../../../schema/local.ts';
import { createFeed } from '../daemon/feed.ts';
import { type AgentFixture, agentFixture, run } from './status-fixture.ts';

describe('lifeguard status and doctor', () => {
  let agent: AgentFixture;
  before(async () => {
    agent = await agentFixture({
      ...createFeed(),
      capabilities: () => [
        { name: 'see secret read', collector: 'feed', state: 'yes', why: 'a decoy was seen' },
        { name: 'see connect', collector: 'feed', state: 'no', why: 'no rights', remedy: 'run it as root' },
      ],
    });
    await agent.daemon.ready;
  });
  after(() => agent.remove());

  it('tells people how the agent is', async () => {
    const { code, stdout, stderr } = await agent.run(['status']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^state +ready$/m);
    assert.match(stdout, /^mode +audit/m);
    assert.match(stdout, /^sensors +1 of 2 capabilities; the others: lifeguard doctor$/m);
    assert.match(stdout, /^homes +\/home\/alice$/m);
    assert.match(stdout, /^central +none: alerts stay on this machine$/m);
    assert.match(stdout, /^lost +nothing$/m);
    assert.ok(!stdout.includes('\u001b'), 'no colours in a pipe');
  });

  it('tells programs', async () => {
    const { code, stdout } = await agent.run(['status', '--json']);
    assert.equal(code, 0);
    const status = v.parse(statusSchema, JSON.parse(stdout));
    assert.deepEqual([status.ready, status.pid], [true, process.pid]);
  });

  it('says what the sensors can do, and how to close a gap', async () => {
    const { code, stdout } = await agent.run(['doctor']);
    assert.equal(code, 1, 'there is something to mend');
    assert.match(stdout, /^see secret read +yes +feed +a decoy was seen$/m);
    assert.match(stdout, /^see connect +no +feed +no rights$/m);
    assert.match(stdout, /^see connect: run it as root$/m);
    const { stdout: json } = await agent.run(['doctor', '--json']);
    assert.equal(JSON.parse(json).capabilities.length, 2);
  });

  for (const command of ['status', 'doctor', 'alerts'])
    it(`says what to do where no agent runs: lifeguard ${command}`, async () => {
      const { code, stdout, stderr } = await run([command], '/nonexistent');
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(
        stderr,
        /^lifeguard: no agent is running here \(\/nonexistent\/run\/agent\.sock\); start one with lifeguard up/,
      );
      assert.equal(stderr.trim().split('\n').length, 1);
    });
});

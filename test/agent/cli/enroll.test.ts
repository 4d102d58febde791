import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalClient } from '../../../agent/cli/local-client.ts';
import { type TestCentral, testCentral } from '../../central/fixtures/central.ts';
import { type AgentFixture, agentFixture } from './status-fixture.ts';

describe('lifeguard enroll', () => {
  let agent: AgentFixture;
  let central: TestCentral;
  before(async () => {
    [agent, central] = await Promise.all([agentFixture(), testCentral()]);
  });
  after(async () => {
    await agent.remove();
    await central.remove();
  });

  it('joins with a token from stdin, and again with one from a file', async () => {
    const client = createLocalClient(agent.stateDir);
    const first = await agent.run(['enroll', '--token-file', '-'], `${await central.createToken()}\n`);
    assert.equal(first.code, 0, first.stderr);
    const { device } = await client.status();
    assert.equal(first.stdout, `This machine has joined the central collector as ${device}.\n`);
    const file = join(agent.stateDir, 'token');
    writeFileSync(file, await central.createToken());
    assert.equal((await agent.run(['enroll', '--token-file', file])).code, 0);
    assert.notEqual((await client.status()).device, device);
  });

  const cases: readonly (readonly [string, readonly string[], string, number, RegExp])[] = [
    ['no token file', ['enroll'], '', 2, /required option '--token-file <file>'/],
    ['nothing on stdin', ['enroll', '--token-file', '-'], '\n', 1, /no token came on stdin/],
    ['something else on stdin', ['enroll', '--token-file', '-'], 'hello', 1, /must begin with lgt1\./],
    ['a file that is absent', ['enroll', '--token-file', '/nonexistent'], '', 1, /cannot be read: .*ENOENT/],
    ['a device', ['enroll', '--token-file', '/dev/zero'], '', 1, /no small regular file/],
    ['a token as an argument', ['enroll', 'lgt1.abc'], '', 2, /too many arguments|--token-file/],
  ];
  for (const [what, args, input, exit, expected] of cases)
    it(`says what is wrong: ${what}`, async () => {
      const { code, stdout, stderr } = await agent.run(args, input);
      assert.deepEqual([code, stdout], [exit, ''], stderr);
      assert.match(stderr, expected);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    });
});

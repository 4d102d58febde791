import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  agentSocket,
  stateDirectory,
  type StateDirectoryQuery,
  SYSTEM_STATE,
} from '../../platform/state-directory.ts';

const env = { HOME: '/home/ada' };

const cases: readonly (readonly [title: string, query: StateDirectoryQuery, expected: string])[] = [
  [
    'the configuration comes first',
    { configured: '/srv/state', env: { LIFEGUARD_STATE_DIR: '/x' }, uid: 0 },
    '/srv/state',
  ],
  ['then the environment', { env: { ...env, LIFEGUARD_STATE_DIR: '/x' }, uid: 0 }, '/x'],
  ['root uses the system directory', { env, uid: 0 }, SYSTEM_STATE],
  ['anyone else their own', { env, uid: 1000 }, '/home/ada/.local/state/lifeguard'],
  ['XDG_STATE_HOME', { env: { ...env, XDG_STATE_HOME: '/data' }, uid: 1000 }, '/data/lifeguard'],
  [
    'a relative XDG_STATE_HOME is ignored',
    { env: { ...env, XDG_STATE_HOME: 'data' }, uid: 1000 },
    '/home/ada/.local/state/lifeguard',
  ],
];

describe('state directory', () => {
  for (const [title, query, expected] of cases)
    it(title, () => assert.equal(stateDirectory(query), expected));
});

describe('state directory of a command that looks for a running agent', () => {
  let system: string;
  const query = () => ({ env, uid: 1000, client: true, system });
  beforeEach(() => {
    system = mkdtempSync(join(tmpdir(), 'lifeguard-state-'));
    mkdirSync(dirname(agentSocket(system)));
  });
  afterEach(() => rmSync(system, { recursive: true }));

  it('is the system’s where an agent listens there', async () => {
    const server = createServer().listen(agentSocket(system));
    await once(server, 'listening');
    assert.equal(stateDirectory(query()), system);
    assert.equal(stateDirectory({ ...query(), client: false }), '/home/ada/.local/state/lifeguard');
    server.close();
    await once(server, 'close');
  });

  it('is the own one where none does, also when a dead one left its socket', () => {
    assert.equal(stateDirectory(query()), '/home/ada/.local/state/lifeguard');
    writeFileSync(agentSocket(system), '');
    assert.equal(stateDirectory(query()), '/home/ada/.local/state/lifeguard');
  });
});

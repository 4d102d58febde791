import assert from 'node:assert/strict';
import { stateDirectory, type StateDirectoryQuery, SYSTEM_STATE } from '../../platform/state-directory.ts';

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

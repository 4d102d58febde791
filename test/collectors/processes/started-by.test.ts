import assert from 'node:assert/strict';
import { startedBy } from '../../../collectors/processes/started-by.ts';
import type { StartedBy } from '../../../schema/alert.ts';

/** Nearest first: image and command line. */
const cases: readonly [string, StartedBy['kind'], string | undefined, ...(readonly [string, string])[]][] = [
  [
    'a person in a terminal',
    'terminal',
    '/usr/bin/bash',
    ['/usr/bin/node', 'npm install'],
    ['/usr/bin/bash', '-bash'],
    ['/usr/sbin/sshd', 'sshd: ann@pts/0'],
    ['/usr/lib/systemd/systemd', '/sbin/init'],
  ],
  [
    'a script over ssh',
    'terminal',
    '/usr/sbin/sshd',
    ['/usr/bin/bash', 'bash -c npm i'],
    ['/usr/sbin/sshd', 'sshd: ann@notty'],
  ],
  [
    'a task of an IDE',
    'ide',
    '/usr/share/code/code',
    ['/usr/bin/bash', '/usr/bin/bash -c npm install'],
    ['/usr/share/code/code', '/usr/share/code/code --type=utility'],
    ['/usr/bin/bash', 'bash'],
  ],
  [
    'a terminal inside an IDE',
    'terminal',
    '/usr/bin/zsh',
    ['/usr/bin/zsh', '/usr/bin/zsh -i'],
    ['/usr/share/code/code', 'code'],
  ],
  [
    'an agent from npm, started by a person',
    'coding-agent',
    '/usr/bin/node',
    ['/usr/bin/bash', 'bash -c npm i'],
    ['/usr/bin/node', 'node /usr/bin/claude --dangerously'],
    ['/usr/bin/bash', '-bash'],
  ],
  [
    'an agent that is a binary and drives a shell',
    'coding-agent',
    '/usr/local/bin/codex',
    ['/usr/bin/bash', 'bash'],
    ['/usr/local/bin/codex', 'codex'],
  ],
  [
    'an agent inside an IDE’s terminal',
    'coding-agent',
    '/home/ann/.local/share/claude/versions/1.0.9',
    ['/home/ann/.local/share/claude/versions/1.0.9', 'claude'],
    ['/usr/bin/bash', 'bash'],
    ['/usr/share/cursor/cursor', 'cursor'],
  ],
  [
    'a timer',
    'service',
    '/usr/sbin/cron',
    ['/usr/bin/dash', '/bin/sh -c npm ci'],
    ['/usr/sbin/cron', 'cron -f'],
    ['/usr/lib/systemd/systemd', 'init'],
  ],
  ['a package that calls itself codex', 'unknown', undefined, ['/p/node_modules/evil/codex', 'codex']],
  ['nothing known', 'unknown', undefined],
];

describe('collectors/processes/started-by', () => {
  for (const [title, kind, image, ...chain] of cases) {
    it(title, () => {
      const ancestors = chain.map(([path, commandLine], index) => ({
        pid: 100 - index,
        startTime: '2026-01-01T00:00:00.000Z',
        image: path,
        commandLine,
      }));
      const found = startedBy({ ancestors });
      assert.equal(found.kind, kind);
      assert.equal(found.image, image);
    });
  }
});

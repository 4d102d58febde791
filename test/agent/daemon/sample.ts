// Alerts and events for tests, complete and valid.
import { randomUUID } from 'node:crypto';
import type { Alert } from '../../../schema/alert.ts';
import type { FileEvent } from '../../../schema/event.ts';
import type { ProcessInfo } from '../../../schema/process.ts';

export const sampleProcess = {
  pid: 4242,
  startTime: '2026-01-02T03:04:05.678Z',
  image: '/usr/bin/node',
  commandLine: 'node steal.js',
  workingDirectory: '/home/alice/app/node_modules/evil',
  uid: 1000,
  ancestors: [],
  lineage: {
    class: 'L',
    tree: 'b00t-4000-1',
    lifecycle: 'postinstall',
    packageDirectory: '/home/alice/app/node_modules/evil',
    packageName: 'evil',
    packageVersion: '1.0.1',
    project: '/home/alice/app',
    manager: 'npm',
    via: 'environment',
  },
} satisfies ProcessInfo;

export function sampleEvent(overrides: Partial<FileEvent> = {}): FileEvent {
  return {
    kind: 'file',
    action: 'open',
    path: '/home/alice/.ssh/id_ed25519',
    secret: {
      place: 'ssh.private-key',
      group: 'ssh',
      kind: 'private-key',
      tier: 'A',
      path: '/home/alice/.ssh/id_ed25519',
      expectedReader: false,
    },
    verdict: 'allowed',
    time: new Date().toISOString(),
    monotonic: 1,
    host: 'laptop',
    user: 'alice',
    collector: 'secret-files',
    process: sampleProcess,
    ...overrides,
  };
}

export function sampleAlert(overrides: Partial<Alert> = {}): Alert {
  return {
    id: randomUUID(),
    time: new Date().toISOString(),
    level: 'critical',
    rule: {
      id: 'sample',
      title: 'Secret opened by package code',
      tactics: ['credential-access'],
      techniques: ['T1552.004'],
      attackVersion: '18.0',
    },
    summary: 'evil@1.0.1 postinstall read ~/.ssh/id_ed25519 (SSH private key)',
    response: { action: 'observed', detail: 'recorded' },
    reasons: [],
    evidence: [sampleEvent()],
    host: 'laptop',
    user: 'alice',
    ...overrides,
  };
}

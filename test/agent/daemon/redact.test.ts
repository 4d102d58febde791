import assert from 'node:assert/strict';
import { Redactor } from '../../../agent/daemon/enrich/redact.ts';
import type { Event } from '../../../schema/event.ts';
import type { PackageRef } from '../../../schema/package.ts';
import { sampleEvent, sampleProcess as process } from './sample.ts';

const homes = [
  { directory: '/home/alice', user: 'alice' },
  { directory: '/home/al', user: 'al' },
  { directory: '/root', user: 'root' },
  { directory: '/tmp/guest', user: 'alice' },
  { directory: '/srv/a+b (c)', user: 'odd' },
];

const paths: readonly (readonly [from: string, to: string])[] = [
  ['/home/alice/.ssh/id_ed25519', '~/.ssh/id_ed25519'],
  ['/home/alice', '~'],
  ['/home/al/.aws/credentials', '~al/.aws/credentials'],
  ['/home/alicia/x', '/home/alicia/x'],
  ['/home/alice.old/x', '/home/alice.old/x'],
  ['/root/.npmrc', '~root/.npmrc'],
  ['/rooted/x', '/rooted/x'],
  ['/tmp/guest/.ssh/id', '~/.ssh/id'],
  ['/srv/a+b (c)/x', '~odd/x'],
  ['/proc/12/root/home/alice/x', '/proc/12/root~/x'],
  ['/etc/passwd', '/etc/passwd'],
];

describe('redaction', () => {
  const redactor = new Redactor(homes, 'alice');

  for (const [from, to] of paths) it(`${from} → ${to}`, () => assert.equal(redactor.path(from), to));

  it('takes homes and credentials out of text', () => {
    const line = 'curl -u bob:hunter2 -F f=@/home/alice/.ssh/id_ed25519 file:///home/alice';
    assert.equal(redactor.text(line), 'curl -u [redacted] -F f=@~/.ssh/id_ed25519 file://~');
  });

  const token = 'npm_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8';
  const common = { time: '2026-01-01T00:00:00.000Z', monotonic: 1, host: 'h', user: 'alice', collector: 'c' };
  const dirty = {
    ...process,
    image: '/home/alice/bin/node',
    commandLine: `node x --token=${token}`,
    ancestors: [{ ...process, image: '/home/alice/bin/sh', commandLine: `NPM_TOKEN=${token} /home/alice/x` }],
  };
  const found = {
    name: 'a',
    version: '1',
    purl: 'pkg:npm/a@1',
    directory: '/home/alice/p/node_modules/a',
    project: '/home/alice/p',
    dependencyPath: [],
    confidence: 'exact',
  } satisfies PackageRef;

  const events: readonly Event[] = [
    { kind: 'process', action: 'exec', ...common, process: dirty },
    { ...sampleEvent(), path: '/home/alice/a', from: '/home/alice/b', process: dirty, package: found },
    {
      kind: 'connection',
      direction: 'outbound',
      protocol: 'tcp',
      address: '1.2.3.4',
      port: 443,
      ...common,
      process: dirty,
    },
    { kind: 'dns', query: 'example.com', type: 'A', answers: [], ...common, process: dirty },
    {
      kind: 'package',
      action: 'added',
      scripts: { postinstall: `curl -H 'Authorization: Bearer ${token}' x; cat /home/alice/.npmrc` },
      ...common,
      package: found,
    },
    {
      kind: 'shell',
      shell: 'bash',
      line: `export NPM_TOKEN=${token}; cd /home/alice`,
      historyFile: '/home/alice/.bash_history',
      ...common,
    },
    { kind: 'loss', cause: 'x', lost: 1, credentialPath: false, ...common, process: dirty },
  ];
  for (const event of events)
    it(`leaves no home and no token in a ${event.kind} event`, () => {
      const text = JSON.stringify(redactor.event(event));
      assert.ok(!text.includes('/home/alice'), text);
      assert.ok(!text.includes(token.slice(4)), text);
      assert.deepEqual(redactor.event(redactor.event(event)), redactor.event(event), 'twice is once');
    });
});

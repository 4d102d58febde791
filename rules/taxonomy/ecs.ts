// Elastic Common Schema → Sigma's generic fields.
import type { Pipeline, PipelineKind } from './pipeline.ts';

const process = {
  Image: ['process.executable', 'process.name'],
  CommandLine: ['process.command_line', 'process.args'],
  CurrentDirectory: 'process.working_directory',
  ProcessId: 'process.pid',
  ProcessGuid: 'process.entity_id',
  ParentImage: ['process.parent.executable', 'process.parent.name'],
  ParentCommandLine: ['process.parent.command_line', 'process.parent.args'],
  ParentProcessId: 'process.parent.pid',
  OriginalFileName: ['process.pe.original_file_name', 'file.pe.original_file_name'],
  Description: 'process.pe.description',
  Product: 'process.pe.product',
  Company: 'process.pe.company',
  FileVersion: 'process.pe.file_version',
  IntegrityLevel: 'winlog.event_data.IntegrityLevel',
  LogonId: 'winlog.event_data.LogonId',
  Hashes: 'process.hash.*',
  md5: 'process.hash.md5',
  sha1: 'process.hash.sha1',
  sha256: 'process.hash.sha256',
  User: ['user.full_name', 'user.name'],
  Computer: 'host.name',
  UtcTime: '@timestamp',
} as const;

const file = {
  ...process,
  TargetFilename: 'file.path',
  FileName: 'file.path',
  SourceFilename: 'file.Ext.original.path',
};

function kind(category: string, when: PipelineKind['when'], fields: PipelineKind['fields']): PipelineKind {
  return { category, when, fields };
}

export const ecs: Pipeline = {
  name: 'ecs',
  time: ['@timestamp', 'event.created'],
  product: {
    path: 'host.os.type',
    values: { linux: 'linux', windows: 'windows', macos: 'macos' },
  },
  kinds: [
    kind('process_creation', { 'event.category': ['process'], 'event.type': ['start'] }, process),
    kind('process_termination', { 'event.category': ['process'], 'event.type': ['end'] }, process),
    kind('file_delete', { 'event.category': ['file'], 'event.type': ['deletion'] }, file),
    kind('file_rename', { 'event.category': ['file'], 'event.action': ['rename'] }, file),
    kind('file_event', { 'event.category': ['file'], 'event.type': ['creation', 'change'] }, file),
    kind('file_access', { 'event.category': ['file'], 'event.type': ['access'] }, file),
    kind(
      'dns_query',
      { 'dns.type': ['query', 'answer'] },
      {
        ...process,
        QueryName: 'dns.question.name',
        QueryType: 'dns.question.type',
        QueryResults: ['dns.answers.*.data', 'dns.resolved_ip'],
        record_type: 'dns.question.type',
      },
    ),
    kind(
      'network_connection',
      { 'event.category': ['network'] },
      {
        ...process,
        DestinationIp: 'destination.ip',
        DestinationPort: 'destination.port',
        DestinationHostname: ['destination.domain', 'destination.address'],
        SourceIp: 'source.ip',
        SourcePort: 'source.port',
        Protocol: 'network.transport',
        Initiated: 'winlog.event_data.Initiated',
      },
    ),
    kind(
      'registry_event',
      { 'event.category': ['registry'] },
      {
        ...process,
        TargetObject: 'registry.path',
        Details: 'registry.data.strings',
        EventType: 'event.action',
      },
    ),
    kind('image_load', { 'event.category': ['library'] }, { ...process, ImageLoaded: 'dll.path' }),
  ],
};

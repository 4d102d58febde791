// Open Cybersecurity Schema Framework (1.x) → Sigma's generic fields, by class and activity.
import type { Pipeline, PipelineKind } from './pipeline.ts';

const actor = {
  Image: ['actor.process.file.path', 'actor.process.name'],
  CommandLine: 'actor.process.cmd_line',
  CurrentDirectory: 'actor.process.working_directory',
  ProcessId: 'actor.process.pid',
  ProcessGuid: 'actor.process.uid',
  ParentImage: ['actor.process.parent_process.file.path', 'actor.process.parent_process.name'],
  ParentCommandLine: 'actor.process.parent_process.cmd_line',
  ParentProcessId: 'actor.process.parent_process.pid',
  User: ['actor.user.name', 'actor.process.user.name'],
  Computer: 'device.hostname',
  UtcTime: 'time',
} as const;

/** In Process Activity the process itself is the subject and the actor its parent. */
const process = {
  Image: ['process.file.path', 'process.name'],
  CommandLine: 'process.cmd_line',
  CurrentDirectory: 'process.working_directory',
  ProcessId: 'process.pid',
  ProcessGuid: 'process.uid',
  IntegrityLevel: 'process.integrity',
  OriginalFileName: 'process.file.internal_name',
  Company: 'process.file.company_name',
  Description: 'process.file.desc',
  Product: 'process.file.product.name',
  FileVersion: 'process.file.version',
  Hashes: 'process.file.hashes.*.value',
  ParentImage: ['process.parent_process.file.path', 'actor.process.file.path', 'actor.process.name'],
  ParentCommandLine: ['process.parent_process.cmd_line', 'actor.process.cmd_line'],
  ParentProcessId: ['process.parent_process.pid', 'actor.process.pid'],
  User: ['process.user.name', 'actor.user.name'],
  Computer: 'device.hostname',
  UtcTime: 'time',
} as const;

const file = {
  ...actor,
  TargetFilename: ['file_result.path', 'file.path'],
  FileName: 'file.path',
  SourceFilename: 'file.path',
};

function kind(
  category: string,
  classUid: number,
  activities: readonly number[],
  fields: PipelineKind['fields'],
): PipelineKind {
  const when =
    activities.length > 0 ? { class_uid: [classUid], activity_id: activities } : { class_uid: [classUid] };
  return { category, when, fields };
}

export const ocsf: Pipeline = {
  name: 'ocsf',
  time: ['time', 'time_dt'],
  product: {
    path: 'device.os.type_id',
    values: { '100': 'windows', '101': 'windows', '200': 'linux', '300': 'macos' },
  },
  kinds: [
    kind('process_creation', 1007, [1], process),
    kind('process_termination', 1007, [2], process),
    kind('file_access', 1001, [2, 14], file),
    kind('file_delete', 1001, [4], file),
    kind('file_rename', 1001, [5], file),
    kind('file_event', 1001, [1, 3, 6, 7], { ...file, TargetFilename: 'file.path' }),
    kind('image_load', 1005, [1], { ...actor, ImageLoaded: 'module.file.path' }),
    kind('network_connection', 4001, [], {
      ...actor,
      DestinationIp: 'dst_endpoint.ip',
      DestinationPort: 'dst_endpoint.port',
      DestinationHostname: 'dst_endpoint.hostname',
      SourceIp: 'src_endpoint.ip',
      SourcePort: 'src_endpoint.port',
      Protocol: 'connection_info.protocol_name',
    }),
    kind('dns_query', 4003, [], {
      ...actor,
      QueryName: 'query.hostname',
      QueryType: 'query.type',
      QueryResults: 'answers.*.rdata',
      record_type: 'query.type',
    }),
    kind('registry_event', 201001, [], { ...actor, TargetObject: 'reg_key.path' }),
    kind('registry_event', 201002, [], {
      ...actor,
      TargetObject: 'reg_value.path',
      Details: 'reg_value.data',
    }),
  ],
};

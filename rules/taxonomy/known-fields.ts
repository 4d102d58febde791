// Which fields the events of a log source can have: ours as the native taxonomy has them, Windows' as Sysmon writes them.
import type { Know } from '../engine/lint/lint.ts';
import { nativeFields } from './native.ts';

const windowsCommon = ['RuleName', 'UtcTime', 'ProcessGuid', 'ProcessId', 'Image', 'User'];
const windowsSystem = [
  'EventID',
  'Channel',
  'Computer',
  'Provider_Name',
  'Level',
  'Version',
  'Security_UserID',
];
const hashes = ['Hashes', 'md5', 'sha1', 'sha256', 'imphash', 'MD5', 'SHA1', 'SHA256', 'Imphash', 'IMPHASH'];

/** Sysmon's fields of each category; of file_access those of the kernel's own provider. */
const windows: Readonly<Record<string, readonly string[]>> = {
  process_creation: [
    ...hashes,
    'FileVersion',
    'Description',
    'Product',
    'Company',
    'OriginalFileName',
    'CommandLine',
    'CurrentDirectory',
    'LogonGuid',
    'LogonId',
    'TerminalSessionId',
    'IntegrityLevel',
    'ParentProcessGuid',
    'ParentProcessId',
    'ParentImage',
    'ParentCommandLine',
    'ParentUser',
  ],
  network_connection: [
    'Protocol',
    'Initiated',
    'SourceIsIpv6',
    'SourceIp',
    'SourceHostname',
    'SourcePort',
    'SourcePortName',
    'DestinationIsIpv6',
    'DestinationIp',
    'DestinationHostname',
    'DestinationPort',
    'DestinationPortName',
  ],
  process_termination: [],
  file_event: ['TargetFilename', 'CreationUtcTime'],
  file_change: ['TargetFilename', 'CreationUtcTime', 'PreviousCreationUtcTime'],
  file_delete: [...hashes, 'TargetFilename', 'IsExecutable', 'Archived'],
  file_access: ['FileName', 'TargetFilename', 'FileObject', 'Irp', 'CreateOptions', 'ShareAccess'],
  dns_query: ['QueryName', 'QueryStatus', 'QueryResults', 'QueryType', 'record_type'],
  image_load: [
    ...hashes,
    'ImageLoaded',
    'FileVersion',
    'Description',
    'Product',
    'Company',
    'OriginalFileName',
    'Signed',
    'Signature',
    'SignatureStatus',
  ],
};

const windowsByCategory = new Map(Object.entries(windows));

const pathFields: ReadonlySet<string> = new Set([
  'Image',
  'ParentImage',
  'ImageLoaded',
  'TargetFilename',
  'SourceFilename',
  'FileName',
  'CurrentDirectory',
  'ancestors.Image',
  'package.directory',
  'package.project',
  'lineage.project',
  'shell.historyFile',
]);

const nativeByCategory = new Map<string, ReadonlySet<string>>(
  Object.entries({
    process_creation: names('process'),
    process_termination: names('process'),
    process_fork: names('process'),
    file_access: names('file'),
    file_event: names('file'),
    file_delete: names('file'),
    file_rename: names('file'),
    network_connection: new Set([...names('connection'), 'Initiated']),
    dns_query: names('dns'),
    package_change: names('package'),
    shell_history: names('shell'),
    sensor_loss: names('loss'),
  }),
);

function names(kind: keyof typeof nativeFields): ReadonlySet<string> {
  return new Set(Object.keys(nativeFields[kind]));
}

/** A service names records that we do not know; so does a category that is not ours. */
export const know: Know = ({ product, category, service }) => {
  const native = category === undefined || service !== undefined ? undefined : nativeByCategory.get(category);
  const theirs =
    category === undefined || service !== undefined ? undefined : windowsByCategory.get(category);
  if (product === 'windows') return { fields: theirs && windowsFields(theirs, native), paths: pathFields };
  const ours = product === undefined || product === 'linux' || product === 'macos' ? native : undefined;
  const fields =
    ours && product === undefined && theirs ? new Set([...ours, ...windowsFields(theirs, ours)]) : ours;
  return { fields, paths: pathFields };
};

/** Ours carry the process with every event; what only we have is written with a dot. */
function windowsFields(
  theirs: readonly string[],
  native: ReadonlySet<string> | undefined,
): ReadonlySet<string> {
  const ours = [...(native ?? [])].filter((name) => name.includes('.') || name === 'verdict');
  return new Set([...windowsCommon, ...windowsSystem, ...theirs, ...ours]);
}

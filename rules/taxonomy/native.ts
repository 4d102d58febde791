// Our own events in Sigma's words, and in ours where Sigma has none. Documented field by field in docs/writing-rules.md.
import type { EngineEvent, EventSource, FieldValue } from '../engine/event.ts';
import type { Event, EventKind } from '../../schema/event.ts';
import { type Accessor, compilePath } from './path.ts';

/** Fields that every event with a process has. */
const common = {
  Image: 'process.image',
  CommandLine: 'process.commandLine',
  CurrentDirectory: 'process.workingDirectory',
  ProcessId: 'process.pid',
  ParentImage: 'process.ancestors.0.image',
  ParentCommandLine: 'process.ancestors.0.commandLine',
  ParentProcessId: 'process.ancestors.0.pid',
  User: 'user',
  Computer: 'host',
  UtcTime: 'time',
  'ancestors.Image': 'process.ancestors.*.image',
  'ancestors.CommandLine': 'process.ancestors.*.commandLine',
  'lineage.class': 'process.lineage.class',
  'lineage.lifecycle': 'process.lineage.lifecycle',
  'lineage.manager': 'process.lineage.manager',
  'lineage.via': 'process.lineage.via',
  'lineage.project': 'process.lineage.project',
  'tree.id': 'process.lineage.tree',
  'package.name': 'package.name',
  'package.version': 'package.version',
  'package.purl': 'package.purl',
  'package.lifecycle': 'package.lifecycle',
  'package.directory': 'package.directory',
  'package.project': 'package.project',
  'package.integrity': 'package.integrity',
  'package.dependencyPath': 'package.dependencyPath',
  'package.confidence': 'package.confidence',
} as const;

export const nativeFields: Readonly<Record<EventKind, Readonly<Record<string, string>>>> = {
  process: { ...common, ExitCode: 'exitCode' },
  file: {
    ...common,
    TargetFilename: 'path',
    FileName: 'path',
    SourceFilename: 'from',
    verdict: 'verdict',
    'secret.place': 'secret.place',
    'secret.group': 'secret.group',
    'secret.kind': 'secret.kind',
    'secret.tier': 'secret.tier',
    'secret.expectedReader': 'secret.expectedReader',
  },
  connection: {
    ...common,
    DestinationIp: 'address',
    DestinationPort: 'port',
    DestinationHostname: 'hostname',
    Protocol: 'protocol',
    verdict: 'verdict',
  },
  dns: { ...common, QueryName: 'query', QueryType: 'type', QueryResults: 'answers' },
  package: {
    ...common,
    'package.action': 'action',
    'package.manager': 'manager',
    'package.previousVersion': 'previousVersion',
    'package.scripts': 'scripts.*',
    'package.intel': 'intel.*.id',
    'package.intel.source': 'intel.*.source',
  },
  shell: { ...common, 'shell.line': 'line', 'shell.name': 'shell', 'shell.historyFile': 'historyFile' },
  loss: { ...common, 'loss.cause': 'cause', 'loss.lost': 'lost', 'loss.credentialPath': 'credentialPath' },
};

const accessors = new Map<EventKind, ReadonlyMap<string, Accessor>>(
  (Object.keys(nativeFields) as EventKind[]).map((kind) => [
    kind,
    new Map(Object.entries(nativeFields[kind]).map(([name, path]) => [name, compilePath(path)])),
  ]),
);

export type Product = 'linux' | 'macos' | 'windows';

export class NativeEvent implements EngineEvent {
  readonly event: Event;
  readonly time: number;
  readonly source: EventSource;

  constructor(event: Event) {
    this.event = event;
    this.time = Date.parse(event.time);
    this.source = { product: productOf(event) ?? '*', category: categoryOf(event) };
  }

  field(name: string): FieldValue | undefined {
    if (name === 'Initiated' && this.event.kind === 'connection') return this.event.direction === 'outbound';
    return accessors.get(this.event.kind)?.get(name)?.(this.event);
  }

  *values(): Iterable<FieldValue> {
    for (const read of accessors.get(this.event.kind)?.values() ?? []) {
      const value = read(this.event);
      if (value !== undefined) yield value;
    }
  }
}

/** A file that is moved to a name replaces what was written there: a rename is both. */
export function categoryOf(event: Event): string | readonly string[] {
  switch (event.kind) {
    case 'process':
      return { exec: 'process_creation', fork: 'process_fork', exit: 'process_termination' }[event.action];
    case 'file':
      return {
        open: 'file_access',
        write: 'file_event',
        create: 'file_event',
        delete: 'file_delete',
        rename: ['file_rename', 'file_event'],
      }[event.action];
    case 'connection':
      return 'network_connection';
    case 'dns':
      return 'dns_query';
    case 'package':
      return 'package_change';
    case 'shell':
      return 'shell_history';
    case 'loss':
    default:
      return 'sensor_loss';
  }
}

/** By the form of the paths that it carries: events tell no platform, and a recording may come from another machine. */
function productOf(event: Event): Product | undefined {
  const path =
    event.process?.image ||
    (event.kind === 'file'
      ? event.path
      : event.kind === 'shell'
        ? event.historyFile
        : event.package?.directory);
  if (!path) return undefined;
  if (/^([A-Za-z]:)?\\|^[A-Za-z]:\//.test(path)) return 'windows';
  return /^\/(Applications|Library|System|Users|Volumes|private)\//.test(path) || hasMacHome(event)
    ? 'macos'
    : 'linux';
}

function hasMacHome({ process }: Event): boolean {
  return process?.workingDirectory?.startsWith('/Users/') ?? false;
}

// Windows event records in the shape that evtx dumpers write as JSON: Event.System and Event.EventData.
// Channel and EventID tell the log source, as Sigma's taxonomy lists them.
import type { EngineEvent, EventSource, FieldValue } from '../engine/event.ts';
import { parseTime } from './flat.ts';
import { leaf } from './path.ts';

const sysmon = 'microsoft-windows-sysmon/operational';
const powershell = ['microsoft-windows-powershell/operational', 'powershellcore/operational'];

/** EventID → categories, by channel in lower case. */
const categories: Readonly<Record<string, Readonly<Record<number, readonly string[]>>>> = {
  [sysmon]: {
    1: ['process_creation'],
    2: ['file_change'],
    3: ['network_connection'],
    4: ['sysmon_status'],
    5: ['process_termination'],
    6: ['driver_load'],
    7: ['image_load'],
    8: ['create_remote_thread'],
    9: ['raw_access_thread'],
    10: ['process_access'],
    11: ['file_event'],
    12: ['registry_event', 'registry_add', 'registry_delete'],
    13: ['registry_event', 'registry_set'],
    14: ['registry_event', 'registry_rename'],
    15: ['create_stream_hash'],
    16: ['sysmon_status'],
    17: ['pipe_created'],
    18: ['pipe_created'],
    19: ['wmi_event'],
    20: ['wmi_event'],
    21: ['wmi_event'],
    22: ['dns_query'],
    23: ['file_delete'],
    24: ['clipboard_capture'],
    25: ['process_tampering'],
    26: ['file_delete', 'file_delete_detected'],
    27: ['file_block_executable'],
    28: ['file_block_shredding'],
    29: ['file_executable_detected'],
    255: ['sysmon_error'],
  },
  security: {
    4688: ['process_creation'],
    4689: ['process_termination'],
    4663: ['file_access'],
    4657: ['registry_event', 'registry_set'],
    5156: ['network_connection'],
  },
  'windows powershell': {
    400: ['ps_classic_start'],
    600: ['ps_classic_provider_start'],
    800: ['ps_classic_script'],
  },
  ...Object.fromEntries(powershell.map((channel) => [channel, { 4103: ['ps_module'], 4104: ['ps_script'] }])),
};

/** Channel in lower case → service. */
const services: Readonly<Record<string, string>> = {
  application: 'application',
  'microsoft-windows-application-experience/program-telemetry': 'application-experience',
  'microsoft-windows-application-experience/program-compatibility-assistant': 'application-experience',
  'microsoft-windows-applocker/msi and script': 'applocker',
  'microsoft-windows-applocker/exe and dll': 'applocker',
  'microsoft-windows-applocker/packaged app-deployment': 'applocker',
  'microsoft-windows-applocker/packaged app-execution': 'applocker',
  'microsoft-windows-appmodel-runtime/admin': 'appmodel-runtime',
  'microsoft-windows-appxdeploymentserver/operational': 'appxdeployment-server',
  'microsoft-windows-appxpackaging/operational': 'appxpackaging-om',
  'microsoft-windows-bitlocker/bitlocker management': 'bitlocker',
  'microsoft-windows-bits-client/operational': 'bits-client',
  'microsoft-windows-capi2/operational': 'capi2',
  'microsoft-windows-certificateservicesclient-lifecycle-system/operational':
    'certificateservicesclient-lifecycle-system',
  'microsoft-windows-codeintegrity/operational': 'codeintegrity-operational',
  'microsoft-windows-dhcp-server/operational': 'dhcp',
  'microsoft-windows-diagnosis-scripted/operational': 'diagnosis-scripted',
  'microsoft-windows-dns client events/operational': 'dns-client',
  'dns server': 'dns-server',
  'microsoft-windows-dns-server/analytical': 'dns-server-analytic',
  'microsoft-windows-dns-server/audit': 'dns-server-audit',
  'microsoft-windows-driverframeworks-usermode/operational': 'driver-framework',
  'microsoft-windows-windows firewall with advanced security/firewall': 'firewall-as',
  'microsoft-windows-hyper-v-worker': 'hyper-v-worker',
  'microsoft-iis-configuration/operational': 'iis-configuration',
  'microsoft-windows-kernel-eventtracing': 'kernel-event-tracing',
  'microsoft-windows-kernel-shimengine/operational': 'kernel-shimengine',
  'microsoft-windows-kernel-shimengine/diagnostic': 'kernel-shimengine',
  'microsoft-windows-ldap-client/debug': 'ldap',
  'microsoft-windows-lsa/operational': 'lsa-server',
  'msexchange management': 'msexchange-management',
  'microsoft-windows-ntfs/operational': 'ntfs',
  'microsoft-windows-ntlm/operational': 'ntlm',
  'openssh/operational': 'openssh',
  'microsoft-windows-powershell/operational': 'powershell',
  'powershellcore/operational': 'powershell',
  'windows powershell': 'powershell-classic',
  'microsoft-windows-printservice/admin': 'printservice-admin',
  'microsoft-windows-printservice/operational': 'printservice-operational',
  security: 'security',
  'microsoft-windows-security-mitigations/kernel mode': 'security-mitigations',
  'microsoft-windows-security-mitigations/user mode': 'security-mitigations',
  'microsoft-windows-sense/operational': 'sense',
  'microsoft-servicebus-client/operational': 'servicebus-client',
  'microsoft-servicebus-client/admin': 'servicebus-client',
  'microsoft-windows-shell-core/operational': 'shell-core',
  'microsoft-windows-smbclient/security': 'smbclient-security',
  [sysmon]: 'sysmon',
  system: 'system',
  'microsoft-windows-taskscheduler/operational': 'taskscheduler',
  'microsoft-windows-terminalservices-localsessionmanager/operational':
    'terminalservices-localsessionmanager',
  'microsoft-windows-vhdmp/operational': 'vhdmp',
  'microsoft-windows-windows defender/operational': 'windefend',
  'microsoft-windows-wmi-activity/operational': 'wmi',
};

/** Sigma's generic field → field of the Security channel's record, by EventID. */
const securityFields: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  4688: {
    Image: 'NewProcessName',
    ParentImage: 'ParentProcessName',
    ProcessId: 'NewProcessId',
    ParentProcessId: 'ProcessId',
    User: 'SubjectUserName',
    LogonId: 'SubjectLogonId',
    IntegrityLevel: 'MandatoryLabel',
  },
  4689: { Image: 'ProcessName', User: 'SubjectUserName' },
  4663: {
    Image: 'ProcessName',
    TargetFilename: 'ObjectName',
    FileName: 'ObjectName',
    User: 'SubjectUserName',
  },
  4657: { Image: 'ProcessName', TargetObject: 'ObjectName', Details: 'NewValue', User: 'SubjectUserName' },
  5156: {
    Image: 'Application',
    DestinationIp: 'DestAddress',
    DestinationPort: 'DestPort',
    SourceIp: 'SourceAddress',
    Protocol: 'Protocol',
  },
};

type Fields = Readonly<Record<string, unknown>>;

export class WindowsEvent implements EngineEvent {
  readonly time: number;
  readonly source: EventSource;
  readonly #fields: ReadonlyMap<string, FieldValue>;

  /** `fields` by the names of the record; Sigma's generic names are added. */
  constructor(record: Fields, time: number) {
    const fields = new Map<string, FieldValue>();
    for (const [name, value] of Object.entries(record)) fields.set(name, leaf(value) ?? null);
    const channel = textOf(record.Channel).toLowerCase();
    const id = Number(record.EventID);
    const category = categories[channel]?.[id];
    const service = services[channel];
    this.time = time;
    this.source = {
      product: 'windows',
      ...(category ? { category: narrowed(category, record) } : {}),
      ...(service === undefined ? {} : { service }),
    };
    const aliases = (channel === 'security' ? securityFields[id] : undefined) ?? {};
    for (const [generic, own] of Object.entries(aliases)) {
      const value = leaf(record[own]);
      if (value !== undefined) fields.set(generic, value);
    }
    this.#fields = fields;
  }

  field(name: string): FieldValue | undefined {
    return this.#fields.get(name);
  }

  values(): Iterable<FieldValue> {
    return this.#fields.values();
  }
}

/** Sysmon 12 is either the creation or the deletion of a key. */
function narrowed(category: readonly string[], fields: Fields): readonly string[] {
  if (!category.includes('registry_add')) return category;
  const deleted = /delete/i.test(textOf(fields.EventType));
  return category.filter((name) => name !== (deleted ? 'registry_add' : 'registry_delete'));
}

/** Undefined where the object is no event record. */
export function windowsEvent(record: unknown): WindowsEvent | undefined {
  const event = member(record, 'Event') ?? record;
  const system = member(event, 'System');
  if (!isObject(system)) return undefined;
  const fields: Record<string, unknown> = {};
  flattenSystem(system, fields);
  for (const name of ['EventData', 'UserData']) flattenData(member(event, name), fields, 0);
  const created = member(member(system.TimeCreated, '#attributes'), 'SystemTime');
  return new WindowsEvent(fields, parseTime(created) ?? parseTime(fields.UtcTime) ?? 0);
}

/** Attributes are named by tag and attribute: `Provider_Name`, `Execution_ProcessID`. */
function flattenSystem(system: Fields, fields: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(system)) {
    const attributes = member(value, '#attributes');
    if (isObject(attributes))
      for (const [attribute, text] of Object.entries(attributes)) fields[`${name}_${attribute}`] = text;
    const text = isObject(value) ? value['#text'] : value;
    if (text !== undefined && text !== null) fields[name] = text;
  }
}

function flattenData(data: unknown, fields: Record<string, unknown>, depth: number): void {
  if (!isObject(data) || depth > 4) return;
  for (const [name, value] of Object.entries(data)) {
    if (name === '#attributes') continue;
    if (name === 'Data' && Array.isArray(value)) for (const item of value) flattenNamed(item, fields);
    else if (isObject(value) && !('#text' in value)) flattenData(value, fields, depth + 1);
    else fields[name] = isObject(value) ? value['#text'] : value;
  }
}

/** `<Data Name="User">…</Data>` as { #attributes: { Name }, #text }; without a name it is one of a list. */
function flattenNamed(item: unknown, fields: Record<string, unknown>): void {
  const name = member(member(item, '#attributes'), 'Name');
  const text = isObject(item) ? item['#text'] : item;
  if (typeof name === 'string') fields[name] = text ?? null;
  else if (typeof text === 'string')
    fields.Data = [...(Array.isArray(fields.Data) ? fields.Data : []), text].slice(0, 64);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

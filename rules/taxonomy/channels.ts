// Channel and EventID of a Windows event record tell its log source, as Sigma's taxonomy lists them.

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

/** Of a channel in lower case. */
export function categoriesOf(channel: string, eventId: number): readonly string[] | undefined {
  return Object.hasOwn(categories, channel) ? categories[channel]?.[eventId] : undefined;
}

export function serviceOf(channel: string): string | undefined {
  return Object.hasOwn(services, channel) ? services[channel] : undefined;
}

/** Sigma's generic field → field of the record. */
export function aliasesOf(channel: string, eventId: number): Readonly<Record<string, string>> {
  return (channel === 'security' ? securityFields[eventId] : undefined) ?? {};
}

// Events as a developer's machine makes them: few programs again and again, each time with other arguments.
import { readdirSync, readFileSync } from 'node:fs';
import { flatEvent } from '../../rules/taxonomy/flat.ts';
import type { EngineEvent } from '../../rules/engine/event.ts';
import { NativeEvent } from '../../rules/taxonomy/native.ts';
import { windowsEvent } from '../../rules/taxonomy/windows.ts';
import { completeEvent } from '../../rules/testing/complete.ts';
import type { Random } from './random.ts';

const linuxPrograms: readonly (readonly [image: string, args: readonly string[]])[] = [
  [
    '/usr/bin/node',
    ['node', 'node_modules/.bin/tsc -p tsconfig.json', 'server.js --port 3000', '-e 1', 'dist/index.js'],
  ],
  [
    '/usr/bin/git',
    ['status --porcelain=v2', 'rev-parse HEAD', 'fetch origin main', 'diff --cached', 'log -1 --format=%H'],
  ],
  ['/usr/bin/npm', ['npm install', 'npm run build', 'npm ci --ignore-scripts', 'npm ls --json']],
  [
    '/bin/sh',
    ['sh -c tsc -p .', 'sh -c node scripts/postinstall.js', 'sh -c "rm -rf dist && esbuild src/index.ts"'],
  ],
  ['/usr/bin/cat', ['cat package.json', 'cat /proc/cpuinfo', 'cat README.md']],
  ['/usr/bin/grep', ['grep -rn TODO src', 'grep -q foo bar.txt']],
  ['/usr/bin/python3', ['python3 -m http.server', 'python3 setup.py build', 'python3 -c "print(1)"']],
  ['/usr/lib/code/code', ['code --type=renderer --enable-crashpad', 'code --type=utility']],
  ['/usr/bin/curl', ['curl -fsSL https://registry.example.com/pkg', 'curl -I https://example.com']],
  ['/usr/bin/docker', ['docker ps', 'docker build -t app .', 'docker run --rm -v /src:/src app']],
  ['/usr/bin/ls', ['ls -la', 'ls src']],
  ['/usr/bin/ps', ['ps aux', 'ps -ef']],
];
const homes = ['/home/dev', '/home/build', '/root'];
const words = [
  'alpha',
  'beta',
  'gamma',
  'delta',
  'cache',
  'index',
  'utils',
  'main',
  'test',
  'lib',
  'core',
  'app',
];

function word(random: Random): string {
  return `${random.pick(words)}${random.below(10_000)}`;
}

/** A native event of any kind, as the sensors and the enrichment make them. */
export function linuxEvent(random: Random, index: number): NativeEvent {
  const [image, args] = random.pick(linuxPrograms);
  const [parent, parentArgs] = random.pick(linuxPrograms);
  const home = random.pick(homes);
  const process = {
    pid: 1000 + random.below(30_000),
    image,
    commandLine: `${random.pick(args)} ${home}/${word(random)}/${word(random)}`,
    workingDirectory: `${home}/${word(random)}`,
    ancestors: [
      { image: parent, commandLine: `${random.pick(parentArgs)} ${word(random)}` },
      { image: '/usr/bin/bash' },
    ],
    ...(random.chance(0.5)
      ? {
          lineage: { class: random.pick(['L', 'P', 'J']), tree: `boot-${random.below(500)}`, manager: 'npm' },
        }
      : {}),
  };
  const time = new Date(1.8e12 + index * 20).toISOString();
  const kind = random.below(10);
  const partial =
    kind < 6
      ? { kind: 'process', action: 'exec' }
      : kind < 8
        ? {
            kind: 'file',
            action: random.pick(['open', 'write', 'create']),
            path: `${home}/${word(random)}/${word(random)}.json`,
          }
        : kind < 9
          ? {
              kind: 'connection',
              direction: 'outbound',
              protocol: 'tcp',
              address: `192.0.2.${random.below(256)}`,
              port: 443,
            }
          : { kind: 'dns', query: `${word(random)}.example.com`, answers: ['192.0.2.1'] };
  const complete = completeEvent({ ...partial, time, process }, index);
  if (typeof complete === 'string') throw new Error(complete);
  return new NativeEvent(complete);
}

const windowsPrograms: readonly (readonly [image: string, args: readonly string[], company: string])[] = [
  [
    'C:\\Windows\\System32\\svchost.exe',
    ['-k netsvcs -p -s Schedule', '-k LocalService -p', '-k DcomLaunch'],
    'Microsoft Corporation',
  ],
  [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    ['--type=renderer --lang=en-US --device-scale-factor=1', '--type=utility'],
    'Google LLC',
  ],
  [
    'C:\\Program Files\\nodejs\\node.exe',
    ['server.js', 'C:\\src\\app\\node_modules\\typescript\\bin\\tsc -p .', 'dist\\index.js'],
    'Node.js',
  ],
  [
    'C:\\Program Files\\Git\\cmd\\git.exe',
    ['status --porcelain=v2', 'rev-parse HEAD', 'fetch origin'],
    'The Git Development Community',
  ],
  [
    'C:\\Windows\\System32\\cmd.exe',
    ['/c npm run build', '/d /s /c "node scripts\\postinstall.js"', '/c dir'],
    'Microsoft Corporation',
  ],
  ['C:\\Windows\\System32\\conhost.exe', ['0xffffffff -ForceV1', '0x4'], 'Microsoft Corporation'],
  [
    'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    ['-NoProfile -Command Get-Date', '-File build.ps1'],
    'Microsoft Corporation',
  ],
  [
    'C:\\Users\\dev\\AppData\\Local\\Programs\\Microsoft VS Code\\Code.exe',
    ['--type=gpu-process', '--type=renderer'],
    'Microsoft Corporation',
  ],
  ['C:\\Windows\\System32\\taskhostw.exe', ['Install $(Arg0)', 'KEYROAMING'], 'Microsoft Corporation'],
  [
    'C:\\Windows\\explorer.exe',
    ['', '/factory,{75dff2b7-6936-4c06-a8bb-676a7b00b24b} -Embedding'],
    'Microsoft Corporation',
  ],
  ['C:\\Windows\\System32\\wbem\\WmiPrvSE.exe', ['-secured -Embedding'], 'Microsoft Corporation'],
  ['C:\\Windows\\System32\\RuntimeBroker.exe', ['-Embedding'], 'Microsoft Corporation'],
];

/** A process start in Sysmon's fields. */
export function windowsProcess(random: Random): EngineEvent {
  const [image, args, company] = random.pick(windowsPrograms);
  const [parent, parentArgs] = random.pick(windowsPrograms);
  const name = image.slice(image.lastIndexOf('\\') + 1);
  return flatEvent({
    logsource: { product: 'windows', category: 'process_creation', service: 'sysmon' },
    EventID: 1,
    UtcTime: '2026-01-01 00:00:00.000',
    ProcessGuid: `{c1b49677-43f4-5c7a-0000-${random.below(1e9).toString(16).padStart(12, '0')}}`,
    ProcessId: 1000 + random.below(30_000),
    Image: image,
    FileVersion: '10.0.19041.1',
    Description: name.replace('.exe', ''),
    Product: company,
    Company: company,
    OriginalFileName: name,
    CommandLine: `"${image}" ${random.pick(args)} ${word(random)} C:\\Users\\dev\\${word(random)}\\${word(random)}`,
    CurrentDirectory: `C:\\Users\\dev\\${word(random)}\\`,
    User: random.pick(['PC\\dev', 'NT AUTHORITY\\SYSTEM', 'NT AUTHORITY\\LOCAL SERVICE']),
    LogonId: '0x3e7',
    TerminalSessionId: random.below(3),
    IntegrityLevel: random.pick(['System', 'Medium', 'High']),
    Hashes: `SHA256=${random.below(1e9).toString(16).padStart(64, 'a')},IMPHASH=${random.below(1e9).toString(16).padStart(32, 'b')}`,
    ParentProcessId: 1000 + random.below(30_000),
    ParentImage: parent,
    ParentCommandLine: `"${parent}" ${random.pick(parentArgs)} ${word(random)}`,
  });
}

/** Recorded attacks, each of which some rule matches. */
export function recordedProcesses(folder: string): readonly EngineEvent[] {
  return readdirSync(folder).flatMap((name) =>
    readFileSync(`${folder}/${name}/event.json`, 'utf8')
      .split(/\n(?=\{)/)
      .flatMap((text) => windowsEvent(JSON.parse(text)) ?? [])
      .filter(({ source }) => source.category?.includes('process_creation')),
  );
}

// Proof of attribution: real installs whose scripts read decoy keys in five ways; counts what was seen and who was named.
// node_modules/.bin/node bench/attribution/main.ts [--manager npm] [--shape node] [--installs 8]
// Exit 1 where less than all reads were detected, or less than 99 % named the right package@version.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { FileEvent } from '../../schema/event.ts';
import type { Lineage } from '../../schema/process.ts';
import { type ManagerName, installArguments, managerNames, obtainManager } from './managers.ts';
import { type FixturePackage, packPackages, writeProject } from './project.ts';
import { type Watching, watchHome } from './sensor.ts';
import { type ShapeName, shapeFor, shapeNames } from './shapes.ts';

const PACKAGES = 25;
/** ms after an install's end in which its detached scripts must have read. */
const PATIENCE = 5000;

interface Tally {
  reads: number;
  detected: number;
  right: number;
  /** Of `right`: named by the package manager's environment, without looking at the directory. */
  exact: number;
}

const { values } = parseArgs({
  options: { manager: { type: 'string' }, shape: { type: 'string' }, installs: { type: 'string' } },
});
const managers = only(managerNames, values.manager, '--manager');
const shapesAsked = only(shapeNames, values.shape, '--shape');

const directory = await realpath(await mkdtemp(join(tmpdir(), 'lifeguard-attribution-')));
let failed = false;
try {
  const home = join(directory, 'home');
  await mkdir(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  const rows: (Tally & { manager: string; shape: string })[] = [];
  for (const manager of managers) {
    const installs = Number(values.installs ?? (manager === 'npm' ? 8 : 1));
    const tallies = await prove(manager, installs, home);
    for (const [shape, tally] of tallies) rows.push({ manager, shape, ...tally });
  }
  failed = print(rows);
} finally {
  await rm(directory, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

/** Each install has 25 packages, the shapes taken in turn. */
async function prove(manager: ManagerName, installs: number, home: string): Promise<Map<ShapeName, Tally>> {
  const command = await obtainManager(manager);
  const tallies = new Map<ShapeName, Tally>(
    shapesAsked.map((shape) => [shape, { reads: 0, detected: 0, right: 0, exact: 0 }]),
  );
  for (let round = 0; round < installs; round++) {
    const place = join(directory, `${manager}-${round}`);
    const planned = Array.from({ length: PACKAGES }, (_, index) => {
      const shape = shapesAsked[index % shapesAsked.length] ?? 'node';
      const name = `@decoy/${shape}-${round}-${index}`;
      const key = join(home, '.ssh', `${manager}-${round}-${index}.pem`);
      const version = `${round}.${index}.1`;
      return { shape, key, package: packageOf(name, version, shape, key, manager) };
    });
    for (const { key } of planned) await writeFile(key, 'decoy\n');
    const packages = planned.map((plan) => plan.package);
    await packPackages(place, packages);
    await writeProject(join(place, 'project'), join(place, 'archives'), packages);
    const watching = await watchHome(home);
    try {
      await install(command, installArguments(manager), join(place, 'project'), home);
      const found = await collect(
        watching,
        planned.map(({ key }) => key),
      );
      for (const { key, shape, package: expected } of planned) {
        const tally = tallies.get(shape);
        if (tally) await count(tally, expected, found.get(key));
      }
    } finally {
      await watching.stop();
    }
    await rm(place, { recursive: true, force: true });
  }
  return tallies;
}

function packageOf(
  name: string,
  version: string,
  shape: ShapeName,
  key: string,
  manager: ManagerName,
): FixturePackage {
  const { script, files = {} } = shapeFor(shape, key, manager === 'yarn-berry');
  return { name, version, scripts: { postinstall: script }, files };
}

async function install(command: string, words: readonly string[], cwd: string, home: string): Promise<void> {
  // yarn 1 keeps archives by name and version in a directory of the machine where it runs as root.
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    CI: '1',
    YARN_CACHE_FOLDER: join(home, '.cache/yarn'),
  };
  const child = spawn(command, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (output += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) console.error(`${command} ${words.join(' ')} ended with ${code}:\n${output.slice(-2000)}`);
}

/** Waits for the reads of detached scripts. */
async function collect({ opens }: Watching, keys: readonly string[]): Promise<Map<string, FileEvent>> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = new Map(opens.map((open) => [open.path, open]));
    if (keys.every((key) => found.has(key)) || Date.now() > end) return found;
    await delay(20);
  }
}

async function count(tally: Tally, expected: FixturePackage, open: FileEvent | undefined): Promise<void> {
  tally.reads++;
  const lineage = open?.process?.lineage;
  if (!open || lineage?.class !== 'L') {
    console.error(`missed: ${expected.name}: ${open ? `class ${lineage?.class}` : 'no event'}`);
    return;
  }
  tally.detected++;
  const version = lineage.packageVersion ?? (await versionIn(lineage));
  const right = lineage.packageName === expected.name && version === expected.version;
  if (right) tally.right++;
  else
    console.error(
      `wrong: ${expected.name}@${expected.version} named ${lineage.packageName}@${version} (${lineage.via})`,
    );
  if (right && lineage.packageVersion !== undefined) tally.exact++;
}

/** As the agent does where only the directory is known. */
async function versionIn({ packageDirectory }: Lineage): Promise<string | undefined> {
  if (packageDirectory === undefined) return undefined;
  const manifest = await readFile(join(packageDirectory, 'package.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(manifest) as { version?: string }).version;
}

function print(rows: readonly (Tally & { manager: string; shape: string })[]): boolean {
  console.log(`${PACKAGES} packages an install`);
  console.table(rows);
  let bad = false;
  for (const manager of managers) {
    const own = rows.filter((row) => row.manager === manager);
    const sum = (key: keyof Tally) => own.reduce((total, row) => total + row[key], 0);
    const [reads, detected, right] = [sum('reads'), sum('detected'), sum('right')];
    const ok = reads > 0 && detected === reads && right >= 0.99 * reads;
    console.log(
      `${ok ? 'ok  ' : 'FAIL'} ${manager}: ${detected}/${reads} detected, ${right}/${reads} right package@version`,
    );
    bad ||= !ok;
  }
  return bad;
}

function only<T extends string>(all: readonly T[], asked: string | undefined, flag: string): readonly T[] {
  if (asked === undefined) return all;
  const found = all.filter((name) => name === asked);
  if (found.length === 0) throw new Error(`${flag} is one of ${all.join(', ')}, not ${asked}`);
  return found;
}

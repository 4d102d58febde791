// pnpm-lock.yaml and node_modules/.pnpm/lock.yaml, lockfileVersion 6 (pnpm 8) and 9 (pnpm 9 and later).
// Neither says where a package lies; layout.ts finds that on disk.
import { Budget, LockfileError } from './lockfile.ts';
import type { LockedPackage, Lockfile, Source } from './lockfile.ts';
import { cleanIntegrity, isPackageName, isVersion, sourceOf, splitAt } from './name.ts';
import { readYaml } from './yaml.ts';
import type { Yaml, YamlMap } from './yaml.ts';

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/** @throws LockfileError */
export function parsePnpmLock(source: string): Lockfile {
  const document = readYaml(source);
  const version = document.get('lockfileVersion');
  const major = typeof version === 'string' ? Number.parseInt(version, 10) : Number.NaN;
  if (major !== 6 && major !== 9) {
    throw new LockfileError('E_LOCKFILE_VERSION', 'only pnpm lockfiles of version 6 and 9 are read');
  }
  const budget = new Budget();
  const facts = map(document.get('packages'));
  const graph = major === 9 ? map(document.get('snapshots')) : facts;
  const packages = new Map<string, LockedPackage>();
  let refused = 0;
  for (const key of graph.keys()) {
    budget.package();
    const found = read(key, map(facts.get(withoutPeers(key))), map(facts.get(key)));
    if (found) packages.set(key, found);
    else refused += 1;
  }
  for (const [key, found] of packages) {
    const entry = map(graph.get(key));
    found.dependencies = KINDS.flatMap((kind) => references(map(entry.get(kind)), packages, budget));
  }
  return { manager: 'pnpm', packages, direct: importers(document, packages, budget), refused };
}

function read(key: string, shared: YamlMap, exact: YamlMap): LockedPackage | undefined {
  const facts = shared.size > 0 ? shared : exact;
  const plain = withoutPeers(key.startsWith('/') ? key.slice(1) : key);
  const { name: keyName, rest: reference } = splitAt(plain);
  const name = text(facts.get('name')) || keyName;
  const version = text(facts.get('version')) || (isVersion(reference) ? reference : '');
  if (!isPackageName(name) || (version !== '' && !isVersion(version))) return undefined;
  const resolution = map(facts.get('resolution'));
  const integrity = cleanIntegrity(text(resolution.get('integrity')));
  return {
    directory: '',
    name,
    version,
    integrity,
    source: sourceIn(keyName, reference, resolution),
    dependencies: [],
  };
}

function sourceIn(keyName: string, reference: string, resolution: YamlMap): Source {
  const type = text(resolution.get('type'));
  if (type === 'git' || resolution.has('repo')) return 'git';
  if (type === 'directory') return 'file';
  // Version 6 keys what is not from the registry by its address and has no name there: the tarball tells more.
  const tarball = text(resolution.get('tarball'));
  return sourceOf(keyName === '' && tarball !== '' ? tarball : reference);
}

/** `gamma: 2.0.0`, `old: beta@1.0.0` (an alias), `old: /beta@1.0.0` (version 6), `lib: link:../lib` (a workspace). */
function references(
  dependencies: YamlMap,
  packages: ReadonlyMap<string, LockedPackage>,
  budget: Budget,
): string[] {
  const keys: string[] = [];
  for (const [name, value] of dependencies) {
    budget.step();
    const reference = text(value) || text(map(value).get('version'));
    const key = [`${name}@${reference}`, `/${name}@${reference}`, reference].find((candidate) =>
      packages.has(candidate),
    );
    if (key !== undefined) keys.push(key);
  }
  return keys;
}

function importers(
  document: YamlMap,
  packages: ReadonlyMap<string, LockedPackage>,
  budget: Budget,
): string[] {
  const projects = [document, ...[...map(document.get('importers')).values()].map(map)];
  return projects.flatMap((project) =>
    KINDS.flatMap((kind) => references(map(project.get(kind)), packages, budget)),
  );
}

/** `a@1.0.0(b@2.0.0)` → `a@1.0.0`: peers make variants of one package. */
function withoutPeers(key: string): string {
  const peers = key.indexOf('(');
  return peers < 0 ? key : key.slice(0, peers);
}

function map(value: Yaml | undefined): YamlMap {
  return value instanceof Map ? value : new Map();
}

function text(value: Yaml | undefined): string {
  return typeof value === 'string' ? value : '';
}

// yarn.lock of yarn 2 and later, and node_modules/.yarn-state.yml, which says where its packages lie.
import { Budget } from './lockfile.ts';
import type { LockedPackage, Lockfile } from './lockfile.ts';
import { cleanIntegrity, isInside, isPackageName, isVersion, sourceOf, splitAt } from './name.ts';
import { readYaml } from './yaml.ts';
import type { Yaml, YamlMap } from './yaml.ts';

/**
 * `state` is the text of .yarn-state.yml; without it (Plug'n'Play) no package has a directory.
 * @throws LockfileError
 */
export function parseYarnBerryLock(text: string, state?: string): Lockfile {
  const document = readYaml(text);
  const budget = new Budget();
  const found = new Map<string, LockedPackage>();
  const byDescriptor = new Map<string, string>();
  const own: YamlMap[] = [];
  let refused = 0;
  for (const [descriptors, value] of document) {
    if (descriptors === '__metadata' || !(value instanceof Map)) continue;
    budget.package();
    const locator = scalar(value.get('resolution'));
    const one = read(locator, value);
    if (one === 'own') own.push(value);
    else if (one === undefined) refused += 1;
    else {
      found.set(locator, one);
      for (const descriptor of descriptors.split(', ')) byDescriptor.set(descriptor, locator);
    }
  }
  const keysOf = (entry: YamlMap): string[] =>
    [...dependencies(entry)].flatMap(
      ([name, spec]) => byDescriptor.get(`${name}@${spec}`) ?? byDescriptor.get(`${name}@npm:${spec}`) ?? [],
    );
  for (const [, value] of document) {
    if (!(value instanceof Map)) continue;
    const one = found.get(scalar(value.get('resolution')));
    if (one) one.dependencies = keysOf(value);
  }
  const packages = state === undefined ? found : place(found, readYaml(state), budget);
  return { manager: 'yarn', packages, direct: own.flatMap(keysOf), refused };
}

function read(locator: string, entry: YamlMap): LockedPackage | 'own' | undefined {
  const { name, rest: reference } = splitAt(locator);
  if (reference.startsWith('workspace:')) return 'own';
  const version = scalar(entry.get('version'));
  if (!isPackageName(name) || !isVersion(version)) return undefined;
  const integrity = cleanIntegrity(scalar(entry.get('checksum')));
  const source = reference.startsWith('patch:') ? 'registry' : sourceOf(reference);
  return { directory: '', name, version, integrity, source, dependencies: [] };
}

/** An installed package that the lockfile no longer has: another install is under way, or the lockfile was pulled. */
function fromLocator(locator: string): LockedPackage | undefined {
  const { name, rest: reference } = splitAt(locator);
  const version = /^npm:([^:]+)|::(?:.*&)?version=([^&]+)/.exec(reference)?.slice(1).find(Boolean) ?? '';
  if (!isPackageName(name) || !isVersion(version)) return undefined;
  return { directory: '', name, version, integrity: '', source: 'registry', dependencies: [] };
}

/** One entry for each place: a package that lies twice keeps its key for the first and gets another for the rest. */
function place(
  found: ReadonlyMap<string, LockedPackage>,
  state: YamlMap,
  budget: Budget,
): Map<string, LockedPackage> {
  const placed = new Map<string, LockedPackage>();
  for (const [key, value] of state) {
    const locator = key.replace(/@virtual:[0-9a-f]+#/, '@');
    const one = found.get(locator) ?? fromLocator(locator);
    const locations = value instanceof Map ? value.get('locations') : undefined;
    if (!one || !Array.isArray(locations)) continue;
    for (const location of locations) {
      budget.package();
      if (typeof location !== 'string' || !isInside(location)) continue;
      const id = placed.has(locator) ? `${locator} ${location}` : locator;
      placed.set(id, { ...one, directory: location });
    }
  }
  return placed;
}

function* dependencies(entry: YamlMap): Generator<[string, string]> {
  const value = entry.get('dependencies');
  if (!(value instanceof Map)) return;
  for (const [name, spec] of value) yield [name, scalar(spec)];
}

function scalar(value: Yaml | undefined): string {
  return typeof value === 'string' ? value : '';
}

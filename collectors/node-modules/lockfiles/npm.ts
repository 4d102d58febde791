// package-lock.json, npm-shrinkwrap.json and node_modules/.package-lock.json, lockfileVersion 2 and 3 (npm 7 and later).
// The hidden one has no entry for the project itself: what the project asks for comes from its package.json.
import { Budget, field, isFields, LockfileError, pairs, textField } from './lockfile.ts';
import type { Fields, LockedPackage, Lockfile, Source, Wanted } from './lockfile.ts';
import { cleanIntegrity, isInside, isPackageName, isVersion, sourceOf } from './name.ts';
import { readJson } from './json.ts';
import { resolveAll } from './resolve.ts';

const KINDS = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** @throws LockfileError */
export function parseNpmLock(text: string, wanted: Wanted): Lockfile {
  const document = readJson(text);
  if (!isFields(document)) throw new LockfileError('E_LOCKFILE_SHAPE', 'the lockfile is not an object');
  const entries = field(document, 'packages');
  if (!isFields(entries)) {
    throw new LockfileError('E_LOCKFILE_VERSION', 'the lockfile has no `packages`: written before npm 7');
  }
  const budget = new Budget();
  const packages = new Map<string, LockedPackage>();
  const own: [string, Fields][] = [];
  let refused = 0;
  for (const [path, entry] of Object.entries(entries)) {
    budget.package();
    if (!isFields(entry)) refused += 1;
    else if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) own.push([path, entry]);
    else if (field(entry, 'link') !== true) {
      const found = read(path, entry);
      if (found) packages.set(path, found);
      else refused += 1;
    }
  }
  for (const [path, found] of packages) {
    found.dependencies = resolveAll(path, specs(field(entries, path) as Fields), packages, budget);
  }
  const direct = own.flatMap(([path, entry]) =>
    resolveAll(path, [...specs(entry), ...pairs(entry, 'devDependencies')], packages, budget),
  );
  direct.push(...resolveAll('', wanted, packages, budget));
  return { manager: 'npm', packages, direct, refused };
}

function read(path: string, entry: Fields): LockedPackage | undefined {
  const name =
    textField(entry, 'name') || path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const version = textField(entry, 'version');
  if (!isInside(path) || !isPackageName(name) || !isVersion(version)) return undefined;
  const integrity = cleanIntegrity(textField(entry, 'integrity'));
  return {
    directory: path,
    name,
    version,
    integrity,
    source: source(textField(entry, 'resolved')),
    dependencies: [],
  };
}

/** A registry's tarball and any other tarball look alike here; the specifier of the dependant tells them apart (resolveAll). */
function source(resolved: string): Source {
  const found = sourceOf(resolved);
  return found === 'git' || found === 'file' ? found : 'registry';
}

function* specs(entry: Fields): Generator<[string, string]> {
  for (const kind of KINDS) yield* pairs(entry, kind);
}

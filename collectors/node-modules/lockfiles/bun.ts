// bun.lock, the text lockfile of bun 1.2 and later (the binary bun.lockb is not read).
// A key is a path of package names: `@acme/tool/gamma` is gamma inside @acme/tool, `app/gamma` gamma inside workspace app.
import { Budget, field, isFields, LockfileError, pairs, textField } from './lockfile.ts';
import type { Fields, LockedPackage, Lockfile } from './lockfile.ts';
import { cleanIntegrity, isInside, isPackageName, isVersion, sourceOf, splitAt } from './name.ts';
import { readJson } from './json.ts';
import { resolveAll } from './resolve.ts';

const KINDS = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;
const MAX_NESTING = 64;

/** @throws LockfileError */
export function parseBunLock(text: string): Lockfile {
  const document = readJson(text);
  const entries = isFields(document) ? field(document, 'packages') : undefined;
  if (!isFields(document) || !isFields(entries))
    throw new LockfileError('E_LOCKFILE_SHAPE', 'the lockfile has no `packages`');
  const budget = new Budget();
  const workspaces = readWorkspaces(document);
  const roots = new Map([...workspaces].map(([path, entry]) => [textField(entry, 'name'), path]));
  const packages = new Map<string, LockedPackage>();
  const details = new Map<string, Fields>();
  let refused = 0;
  for (const [key, entry] of Object.entries(entries)) {
    budget.package();
    if (isWorkspace(entry)) continue;
    const directory = directoryOf(key, roots);
    const found = directory === undefined ? undefined : read(directory, entry);
    if (!found) {
      refused += 1;
      continue;
    }
    packages.set(found.directory, found);
    details.set(found.directory, (entry as unknown[]).find(isFields) ?? {});
  }
  for (const [path, found] of packages) {
    found.dependencies = resolveAll(path, specs(details.get(path) ?? {}), packages, budget);
  }
  const direct = [...workspaces].flatMap(([path, entry]) =>
    resolveAll(path, [...specs(entry), ...pairs(entry, 'devDependencies')], packages, budget),
  );
  return { manager: 'bun', packages, direct, refused };
}

function readWorkspaces(document: Fields): Map<string, Fields> {
  const value = field(document, 'workspaces');
  const entries = isFields(value) ? Object.entries(value) : [];
  return new Map(
    entries.flatMap(([path, entry]) =>
      isFields(entry) && (path === '' || isInside(path)) ? [[path, entry]] : [],
    ),
  );
}

function isWorkspace(entry: unknown): boolean {
  const locator = Array.isArray(entry) ? entry[0] : undefined;
  return typeof locator === 'string' && /@(?:workspace|link|root):/.test(locator);
}

function read(directory: string, entry: unknown): LockedPackage | undefined {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return undefined;
  const { name, rest: reference } = splitAt(entry[0]);
  if (!isPackageName(name)) return undefined;
  const integrity =
    entry.findLast((item): item is string => typeof item === 'string' && /^sha\d+-/.test(item)) ?? '';
  return {
    directory,
    name,
    version: isVersion(reference) ? reference : '',
    integrity: cleanIntegrity(integrity),
    source: /^[^:]*\.(?:tgz|tar\.gz)$/.test(reference) ? 'file' : sourceOf(reference),
    dependencies: [],
  };
}

/** `app/@acme/tool/gamma` → `packages/app/node_modules/@acme/tool/node_modules/gamma`. */
function directoryOf(key: string, workspaces: ReadonlyMap<string, string>): string | undefined {
  const names = key.split(/\/(?!(?<=(?:^|\/)@[^/]*\/))/, MAX_NESTING + 1);
  if (names.length > MAX_NESTING || !names.every(isPackageName)) return undefined;
  const root = names.length > 1 ? workspaces.get(names[0] as string) : undefined;
  const nested = (root === undefined ? names : names.slice(1))
    .map((name) => `node_modules/${name}`)
    .join('/');
  const directory = root ? `${root}/${nested}` : nested;
  return isInside(directory) ? directory : undefined;
}

function* specs(entry: Fields): Generator<[string, string]> {
  for (const kind of KINDS) yield* pairs(entry, kind);
}

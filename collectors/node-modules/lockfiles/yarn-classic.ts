// yarn.lock of yarn 1. It does not say where a package lies; layout.ts finds that on disk.
import { Budget, field, isFields, LockfileError, MAX_LOCKFILE } from './lockfile.ts';
import type { LockedPackage, Lockfile, Wanted } from './lockfile.ts';
import { readJson } from './json.ts';
import { aliasTarget, cleanIntegrity, isPackageName, isVersion, sourceOf, splitAt } from './name.ts';

interface Entry {
  patterns: readonly string[];
  version: string;
  resolved: string;
  integrity: string;
  dependencies: [string, string][];
}

/** @throws LockfileError */
export function parseYarnClassicLock(text: string, wanted: Wanted): Lockfile {
  if (text.length > MAX_LOCKFILE)
    throw new LockfileError('E_LOCKFILE_TOO_LARGE', 'the file is larger than 64 MiB');
  const budget = new Budget();
  const packages = new Map<string, LockedPackage>();
  const byPattern = new Map<string, string>();
  const pending: [LockedPackage, Entry][] = [];
  let refused = 0;
  for (const entry of entries(text, budget)) {
    budget.package();
    const found = read(entry);
    if (!found) {
      refused += 1;
      continue;
    }
    const key = entry.patterns[0] as string;
    packages.set(key, found);
    for (const pattern of entry.patterns) byPattern.set(pattern, key);
    pending.push([found, entry]);
  }
  const keysOf = (dependencies: Iterable<readonly [string, string]>): string[] =>
    [...dependencies].flatMap(([name, spec]) => byPattern.get(`${name}@${spec}`) ?? []);
  for (const [found, entry] of pending) found.dependencies = keysOf(entry.dependencies);
  return { manager: 'yarn', packages, direct: keysOf(wanted), refused };
}

/**
 * Whether the install that wrote node_modules/.yarn-integrity was one of this lockfile: false while the next install is
 * under way, or after the lockfile was pulled.
 * @throws LockfileError
 */
export function isInstalled(text: string, integrity: string): boolean {
  const document = readJson(integrity);
  const installed = isFields(document) ? field(document, 'lockfileEntries') : undefined;
  if (!isFields(installed)) return false;
  for (const { patterns: all, resolved } of entries(text, new Budget())) {
    if (all.some((pattern) => (field(installed, pattern) ?? '') !== resolved)) return false;
  }
  return true;
}

function read(entry: Entry): LockedPackage | undefined {
  const { name: alias, rest: spec } = splitAt(entry.patterns[0] ?? '');
  const name = aliasTarget(spec) || alias;
  if (!isPackageName(name) || !isVersion(entry.version)) return undefined;
  const integrity = cleanIntegrity(entry.integrity);
  return { directory: '', name, version: entry.version, integrity, source: sourceOf(spec), dependencies: [] };
}

function* entries(text: string, budget: Budget): Generator<Entry> {
  let entry: Entry | undefined;
  let inDependencies = false;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end).trimEnd();
    start = end < 0 ? text.length : end + 1;
    budget.step();
    if (line === '' || line.startsWith('#')) continue;
    if (!line.startsWith(' ')) {
      if (entry) yield entry;
      if (!line.endsWith(':'))
        throw new LockfileError('E_LOCKFILE_SYNTAX', 'an entry of the yarn lockfile has no colon');
      entry = {
        patterns: patterns(line.slice(0, -1)),
        version: '',
        resolved: '',
        integrity: '',
        dependencies: [],
      };
      inDependencies = false;
      continue;
    }
    if (!entry) throw new LockfileError('E_LOCKFILE_SYNTAX', 'an indented line before the first entry');
    const [key, value] = words(line.trimStart());
    if (line.startsWith('    ')) {
      if (inDependencies) entry.dependencies.push([key, value]);
    } else if (line.endsWith(':'))
      inDependencies = line === '  dependencies:' || line === '  optionalDependencies:';
    else if (key === 'version') entry.version = value;
    else if (key === 'resolved') entry.resolved = value;
    else if (key === 'integrity') entry.integrity = value.split(' ', 1)[0] as string;
  }
  if (entry) yield entry;
}

/** `"@acme/tool@3.0.0", gamma@^1.0.0` → both, without quotes. */
function patterns(header: string): string[] {
  return header.split(', ').map(unquote);
}

/** `old "npm:beta@1.0.0"` → both, without quotes. */
function words(line: string): [string, string] {
  const gap = line.startsWith('"') ? line.indexOf('" ') + 1 : line.indexOf(' ');
  return gap <= 0 ? [unquote(line), ''] : [unquote(line.slice(0, gap)), unquote(line.slice(gap + 1))];
}

function unquote(word: string): string {
  return word.startsWith('"') && word.endsWith('"') && word.length > 1 ? word.slice(1, -1) : word;
}

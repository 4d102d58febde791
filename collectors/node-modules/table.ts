// The packages of one project, packed into one string: a machine has tens of thousands, and objects would cost ten times
// as much memory. One line a package, breadth first from the project's own dependencies, so that the line of the package
// that asked for it always comes before: `\n directory \t name \t version \t integrity \t source \t changed \t via`.
import type { LockedPackage, Lockfile, Source } from './lockfiles/lockfile.ts';

/** One package as it lies in a project. */
export interface Row {
  /** Relative to the project, `/` between segments; '' where it lies in no directory of its own (Plug'n'Play). */
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly source: Source;
  /** When it came or changed, seconds since 1970; 0 when not known. */
  readonly changed: number;
  /** Where its line begins in its own table. */
  readonly offset: number;
}

const SOURCES: Record<Source, string> = { registry: 'r', git: 'g', remote: 'u', file: 'f', link: 'l' };
const FROM_LETTER = new Map(Object.entries(SOURCES).map(([source, letter]) => [letter, source as Source]));
const MAX_PATH = 64;
/** Of a package from a file or a repository, where neither the lockfile nor its manifest names one. */
const UNKNOWN_VERSION = '0.0.0-unknown';

export class Table {
  readonly text: string;

  /** `text` as another table had it: a snapshot. Lines that are none are skipped when read. */
  constructor(text = '') {
    this.text = text;
  }

  /** Packs a lockfile; `changed` says since when a package is there. */
  static of(lockfile: Lockfile, changed: (one: LockedPackage) => number): Table {
    const asked = whoAsked(lockfile);
    const offsets = new Map<string, number>();
    const directories = new Map<string, number>();
    const lines: string[] = [];
    let length = 0;
    for (const [key, parent] of asked) {
      const one = lockfile.packages.get(key) as LockedPackage;
      const same = one.directory === '' ? undefined : directories.get(one.directory);
      offsets.set(key, same ?? length);
      if (same !== undefined) continue;
      directories.set(one.directory, length);
      const via = parent === undefined ? '' : (offsets.get(parent) ?? 0).toString(36);
      const name = one.name === tail(one.directory) ? '' : one.name;
      const letter = SOURCES[one.source];
      const since = changed(one);
      const when = since === 0 ? '' : since.toString(36);
      const line = `\n${one.directory}\t${name}\t${one.version || UNKNOWN_VERSION}\t${one.integrity}\t${letter}\t${when}\t${via}`;
      lines.push(line);
      length += line.length;
    }
    return new Table(lines.join(''));
  }

  *rows(): Generator<Row> {
    for (let at = 0; at >= 0 && at < this.text.length; at = this.text.indexOf('\n', at + 1)) {
      const row = this.#read(at)?.row;
      if (row) yield row;
    }
  }

  /** The package that lies in `directory`, relative to the project. */
  find(directory: string): Row | undefined {
    if (directory === '' || /[\t\n]/.test(directory)) return undefined;
    const at = this.text.indexOf(`\n${directory}\t`);
    return at < 0 ? undefined : this.#read(at)?.row;
  }

  /** The packages that lie in a folder of this name, or have it as their own name. */
  named(folder: string): Row[] {
    if (folder === '' || /[\t\n]/.test(folder)) return [];
    const offsets = new Set<number>();
    for (const needle of [`node_modules/${folder}\t`, `\t${folder}\t`]) {
      for (let at = this.text.indexOf(needle); at >= 0; at = this.text.indexOf(needle, at + 1)) {
        offsets.add(this.text.lastIndexOf('\n', at));
      }
    }
    const rows = [...offsets].flatMap((offset) => this.#read(offset)?.row ?? []);
    return rows.filter((row) => row.name === folder || tail(row.directory) === folder);
  }

  /** From the project's direct dependency down to this package: `["a@1.0.0", "b@2.0.0"]`. */
  path(row: Row): string[] {
    const names: string[] = [];
    let at = row.offset;
    while (at >= 0 && names.length < MAX_PATH) {
      const line = this.#read(at);
      if (!line) break;
      names.unshift(`${line.row.name}@${line.row.version}`);
      // A snapshot that was tampered with must not lead in circles: who asked always stands before.
      at = line.via < at ? line.via : -1;
    }
    return names;
  }

  #read(at: number): { row: Row; via: number } | undefined {
    const end = this.text.indexOf('\n', at + 1);
    const [directory, name, version, integrity, letter, when, via] = this.text
      .slice(at + 1, end < 0 ? this.text.length : end)
      .split('\t');
    const source = FROM_LETTER.get(letter ?? '');
    if (directory === undefined || version === undefined || source === undefined) return undefined;
    return {
      row: {
        directory,
        name: name || tail(directory),
        version,
        integrity: integrity ?? '',
        source,
        changed: when ? Number.parseInt(when, 36) : 0,
        offset: at,
      },
      via: via ? Number.parseInt(via, 36) : -1,
    };
  }
}

/** The folder name below the last node_modules: `@acme/tool`. */
export function tail(directory: string): string {
  return directory.slice(directory.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Key → key of the package that asked for it (undefined: the project itself), breadth first. */
function whoAsked(lockfile: Lockfile): Map<string, string | undefined> {
  const asked = new Map<string, string | undefined>();
  const identities = new Map<string, string | undefined>();
  const queue: string[] = [];
  const visit = (key: string, parent: string | undefined): void => {
    const one = lockfile.packages.get(key);
    if (!one || asked.has(key)) return;
    asked.set(key, parent);
    identities.set(`${one.name}@${one.version}`, parent);
    queue.push(key);
  };
  for (const key of lockfile.direct) visit(key, undefined);
  drain(queue, lockfile, visit);
  // Nobody asks for it: a second copy of one that was asked for, else what a workspace asks for that is not listed.
  const wanted = new Set([...lockfile.packages.values()].flatMap((one) => one.dependencies));
  for (const [key, one] of lockfile.packages) {
    if (!wanted.has(key)) visit(key, identities.get(`${one.name}@${one.version}`));
  }
  drain(queue, lockfile, visit);
  for (const key of lockfile.packages.keys()) visit(key, undefined);
  return asked;
}

function drain(queue: string[], lockfile: Lockfile, visit: (key: string, parent: string) => void): void {
  for (let next = 0; next < queue.length; next += 1) {
    const key = queue[next] as string;
    for (const dependency of lockfile.packages.get(key)?.dependencies ?? []) visit(dependency, key);
  }
  queue.length = 0;
}

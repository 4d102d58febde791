// Where the packages of a lockfile lie, for the dialects that do not say, and which of them are there at all:
// lockfiles also list the variants for other platforms.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { field, isFields } from './lockfiles/lockfile.ts';
import type { LockedPackage, Lockfile } from './lockfiles/lockfile.ts';
import { isInside, isVersion } from './lockfiles/name.ts';
import { readJson } from './lockfiles/json.ts';
import { readManifest } from './manifest.ts';

/** At once in flight, so that a large project does not fill the thread pool's queue for everyone. */
const WIDTH = 16;
const MAX_FOLDERS = 200_000;
/** The shortest cut that pnpm makes of a long folder name: 60 characters on Windows, less `_` and a hash of 32. */
const SHORTENED = 27;

/** Isolated layout of pnpm (`.pnpm`) and bun (`.bun`): `node_modules/.pnpm/<name>@<version>…/node_modules/<name>`. */
export async function placeInStore(
  root: string,
  store: '.pnpm' | '.bun',
  lockfile: Lockfile,
): Promise<Lockfile> {
  const folders = new StoreFolders(await list(join(root, 'node_modules', store)));
  return keep(root, lockfile, (one) => {
    const folder = folders.of(one);
    if (folder !== undefined) one.directory = `node_modules/${store}/${folder}/node_modules/${one.name}`;
    return Promise.resolve(folder !== undefined);
  });
}

class StoreFolders {
  readonly #byPrefix = new Map<string, string>();
  readonly #shortened = new Map<string, string[]>();
  readonly #all: readonly string[];
  /** Searches through all folders that may still be made. */
  #searches = 1000;

  constructor(folders: readonly string[]) {
    this.#all = folders;
    for (const folder of folders) {
      this.#byPrefix.set(folder, folder);
      // Peers and hashes follow the version after `_`, `(` or `+`; a version may hold a `+` itself.
      for (const { index } of folder.slice(1).matchAll(/[_(+]/g)) {
        const prefix = folder.slice(0, index + 1);
        if (!this.#byPrefix.has(prefix)) this.#byPrefix.set(prefix, folder);
      }
      const start = folder.slice(0, SHORTENED);
      const same = this.#shortened.get(start);
      if (same) same.push(folder);
      else this.#shortened.set(start, [folder]);
    }
  }

  of(one: LockedPackage): string | undefined {
    const wanted = `${one.name.replace('/', '+')}@${one.version}`;
    return this.#byPrefix.get(wanted) ?? this.#hashed(wanted) ?? this.#fromElsewhere(one);
  }

  /** Long names are cut and end in `_` and a hash. */
  #hashed(wanted: string): string | undefined {
    const same = this.#shortened.get(wanted.slice(0, SHORTENED)) ?? [];
    this.#searches -= same.length > 32 ? 1 : 0;
    if (this.#searches < 0) return undefined;
    return same.find((folder) =>
      wanted.startsWith(folder.slice(0, Math.max(SHORTENED, folder.lastIndexOf('_')))),
    );
  }

  /** `far@file+..+far.tgz`, `file+..+far.tgz`: one from a file or repository is stored under where it came from. */
  #fromElsewhere(one: LockedPackage): string | undefined {
    if (one.source === 'registry' || (this.#searches -= 1) < 0) return undefined;
    const name = one.name.replace('/', '+');
    return this.#all.find((folder) => folder.startsWith(`${name}@`) || folder.includes(`+${name}`));
  }
}

/** pnpm with `nodeLinker: hoisted` says in .modules.yaml (which is JSON since pnpm 9) where each package lies. */
export function placeHoisted(modules: string, lockfile: Lockfile): Lockfile | undefined {
  if (!modules.startsWith('{')) return undefined;
  const document = readJson(modules);
  const locations = isFields(document) ? field(document, 'hoistedLocations') : undefined;
  if (!isFields(locations)) return undefined;
  const packages = new Map<string, LockedPackage>();
  for (const [key, one] of lockfile.packages) {
    const places = field(locations, key);
    const place: unknown = Array.isArray(places) ? places[0] : undefined;
    if (typeof place === 'string' && isInside(place)) packages.set(key, { ...one, directory: place });
  }
  return { ...lockfile, packages };
}

/** bun's hoisted layout: the lockfile says where a package would lie; only its manifest says whether this version does. */
export async function placeWhereListed(root: string, lockfile: Lockfile): Promise<Lockfile> {
  return keep(root, lockfile, async (one) => {
    const version = await versionIn(join(root, one.directory));
    return version !== '' && (one.version === '' || one.version === version);
  });
}

/** yarn 1: nothing says where a package lies, so node_modules is walked, folder by folder and no deeper than packages. */
export async function placeByWalking(root: string, lockfile: Lockfile): Promise<Lockfile> {
  const byFolder = new Map<string, LockedPackage[]>();
  for (const [key, one] of lockfile.packages) {
    const folder = key.slice(0, key.indexOf('@', 1));
    const same = byFolder.get(folder);
    if (same) same.push(one);
    else byFolder.set(folder, [one]);
  }
  for await (const [directory, folder] of walk(root)) {
    const candidates = byFolder.get(folder) ?? [];
    const version = candidates.length > 1 ? (await readManifest(join(root, directory)))?.version : undefined;
    const one = candidates.find((candidate) => version === undefined || candidate.version === version);
    if (one && one.directory === '') one.directory = directory;
  }
  return keep(root, lockfile, (one) => Promise.resolve(one.directory !== ''));
}

/** Every package folder below `root`: directory relative to it, and folder name. Links are not followed. */
async function* walk(root: string): AsyncGenerator<[string, string]> {
  const queue = ['node_modules'];
  let folders = 0;
  for (let next = 0; next < queue.length; next += 1) {
    const at = queue[next] as string;
    for (const entry of await list(join(root, at))) {
      const names = entry.startsWith('@')
        ? (await list(join(root, at, entry))).map((name) => `${entry}/${name}`)
        : [entry];
      for (const name of names) {
        if (name.startsWith('.') || (folders += 1) > MAX_FOLDERS) continue;
        yield [`${at}/${name}`, name];
        queue.push(`${at}/${name}/node_modules`);
      }
    }
  }
}

/** The lockfile with the packages that `isThere` confirms; the manifest fills in a version that the lockfile lacks. */
async function keep(
  root: string,
  lockfile: Lockfile,
  isThere: (one: LockedPackage) => Promise<boolean>,
): Promise<Lockfile> {
  const entries = [...lockfile.packages];
  const packages = new Map<string, LockedPackage>();
  for (let at = 0; at < entries.length; at += WIDTH) {
    const slice = entries.slice(at, at + WIDTH);
    const there = await Promise.all(slice.map(([, one]) => isThere(one)));
    for (const [index, [key, one]] of slice.entries()) {
      if (!there[index]) continue;
      if (one.version === '') one.version = await versionIn(join(root, one.directory));
      packages.set(key, one);
    }
  }
  return { ...lockfile, packages };
}

async function versionIn(directory: string): Promise<string> {
  const version = (await readManifest(directory))?.version ?? '';
  return isVersion(version) ? version : '';
}

async function list(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).slice(0, MAX_FOLDERS);
  } catch {
    return [];
  }
}

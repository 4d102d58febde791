// What a path says about packages. Names in paths are the attacker's words: they are matched, bounded and never opened.

/** A path inside node_modules. `name` is absent for what lies beside the packages, as `node_modules/.bin/x`. */
export interface PackagePlace {
  /** Directory of the package, or the node_modules directory where there is no package. */
  readonly directory: string;
  readonly name?: string;
  /** Only where the package manager wrote it into the path (pnpm, yarn Plug'n'Play, bun's isolated layout, deno). */
  readonly version?: string;
  /** Directory that holds the outermost node_modules or store: the project, a global prefix, a cache. */
  readonly root: string;
}

const NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;
const VERSION = /^\d+\.\d+\.\d+[0-9a-z.+-]*$/i;

/** npm's grammar of names, capitals included for old packages; at most 214 characters. */
export function packageName(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= 214 && NAME.test(text) ? text : undefined;
}

export function packageVersion(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= 256 && VERSION.test(text) ? text : undefined;
}

/** The innermost package that an absolute path lies in, or undefined where it lies in none. */
export function packageAt(path: string): PackagePlace | undefined {
  return inNodeModules(path) ?? inDenoCache(path);
}

const SEGMENT = '/node_modules/';

function inNodeModules(path: string): PackagePlace | undefined {
  const slashed = path.endsWith('/') ? path : `${path}/`;
  const last = slashed.lastIndexOf(SEGMENT);
  if (last < 0) return undefined;
  const modules = slashed.slice(0, last + SEGMENT.length - 1);
  const root = storeRoot(slashed.slice(0, slashed.indexOf(SEGMENT)));
  const parts = slashed.slice(last + SEGMENT.length).split('/');
  const name = packageName(parts[0]?.startsWith('@') ? `${parts[0]}/${parts[1] ?? ''}` : parts[0]);
  if (name === undefined) return { directory: modules, root };
  const version = storeVersion(slashed.slice(0, last), name);
  return { directory: `${modules}/${name}`, name, root, ...(version !== undefined && { version }) };
}

/** yarn keeps packages below `.yarn`: the project is above it. */
function storeRoot(path: string): string {
  const yarn = path.indexOf('/.yarn/');
  return yarn < 0 ? path || '/' : path.slice(0, yarn) || '/';
}

/** Version that the store's directory names: `.pnpm/a@1.0.0_peer`, `.bun/a@1.0.0`, `links/@/a/1.0.0/hash`, `a-npm-1.0.0-hash[.zip]`. */
function storeVersion(holder: string, name: string): string | undefined {
  const parts = holder.split('/');
  const entry = parts.at(-1) ?? '';
  const store = parts.at(-2);
  if (store === '.pnpm' || store === '.bun') {
    const at = entry.indexOf('@', 1);
    return at < 0 ? undefined : packageVersion(entry.slice(at + 1).split(/[_(]/, 1)[0]);
  }
  if (store !== undefined && parts.at(-5) === 'links') return packageVersion(store);
  const identity = `${name.replace('/', '-')}-npm-`;
  if (!entry.startsWith(identity)) return undefined;
  return packageVersion(/^(.+?)-[0-9a-f]{10}(?:-|\.|$)/.exec(entry.slice(identity.length))?.[1]);
}

const DENO = /^(.*\/npm\/[^/]+\.[^/]+)\/((?:@[^/]+\/)?[^/]+)\/(\d[^/]*)(?:\/|$)/;

/** `~/.cache/deno/npm/registry.npmjs.org/name/1.0.0/…`. */
function inDenoCache(path: string): PackagePlace | undefined {
  if (!path.includes('/deno/npm/')) return undefined;
  const found = DENO.exec(path);
  const name = packageName(found?.[2]);
  const version = packageVersion(found?.[3]);
  if (!found?.[1] || name === undefined || version === undefined) return undefined;
  return { directory: `${found[1]}/${name}/${version}`, name, version, root: found[1] };
}

/** Applications that bring their own node_modules, in directories that only an administrator can write. */
const BUNDLED = /^\/(?:usr|opt|snap|app|var\/lib\/flatpak)\/.*\/resources\/app(?:\.asar)?(?:\.unpacked)?\//;

export function inBundledApplication(path: string): boolean {
  return BUNDLED.test(path);
}

/** Whether `path` is `directory` or lies below it. */
export function inside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

/** Whether something exists at this path; looked up, never opened. */
export type Exists = (path: string) => boolean;

const HOME = /^(?:\/root|(?:\/var)?\/home\/[^/]+|\/Users\/[^/]+)$/;
const MAX_LEVELS = 24;

/**
 * What the pattern finds in this path, unless it lies inside a package or a project: those can give their directories any
 * name, also that of a home's or the system's. A package.json straight in a home does not make all of it a project.
 */
export function onOwnGround(path: string, pattern: RegExp, exists: Exists): RegExpExecArray | undefined {
  const found = pattern.exec(path);
  if (!found) return undefined;
  let base = path.slice(0, found.index);
  if (packageAt(base) !== undefined) return undefined;
  for (let level = 0; level < MAX_LEVELS && base !== ''; level++) {
    if (!HOME.test(base) && exists(`${base}/package.json`)) return undefined;
    base = base.slice(0, Math.max(0, base.lastIndexOf('/')));
  }
  return found;
}

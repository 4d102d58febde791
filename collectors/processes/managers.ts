// Package managers by where their own code lies, after symbolic links are resolved; never by a name that a process chose.
//
// `trusted`: the manager was installed for the user or the machine (a global prefix, corepack, volta, npx's cache, the
// distribution). Such a process is not package code though its script lies under node_modules. A manager inside a project
// (a dependency called npm, a yarn release that the repository carries) is code of that project, so it is classified like any
// other; it still counts as the manager that sits between two packages. A fake can gain no more than that: a tree that is L
// or P stays so, and a nested identity never replaces the outer one.
import type { PackageManager } from '../../schema/process.ts';
import { type Exists, onOwnGround } from './places.ts';

export interface ManagerIdentity {
  readonly manager: PackageManager;
  readonly trusted: boolean;
  /** The command line itself, not one of its tools (npm's own node-gyp). */
  readonly entry: boolean;
}

const BERRY =
  /\/(?:@yarnpkg\/cli-dist|(?:corepack(?:\/v\d+)?|image|installs|tools)\/yarn\/(?:[2-9]|[1-9]\d)\.[^/]*)\//;

/** yarn from 2 on interprets scripts itself: a redirection in a postinstall is an open by the package manager's own process. */
export function interpretsScripts(path: string): boolean {
  return BERRY.test(path);
}

const packages: Readonly<Record<string, PackageManager>> = {
  npm: 'npm',
  pnpm: 'pnpm',
  '@pnpm/exe': 'pnpm',
  yarn: 'yarn',
  '@yarnpkg/cli-dist': 'yarn',
  bun: 'bun',
};

const BUN_BINARY = /^@oven\/bun-[a-z0-9-]+$/;
const PNPM_BINARY = /^@pnpm\/exe\.[a-z0-9-]+$/;

const ENTRY =
  /\/(?:npm-cli|npx-cli|pnpm|pnpx|pn|pnx|yarn|yarnpkg|bun|bunx|npm|npx|cli|yarn-[0-9][^/]*)(?:\.(?:c|m)?js|\.exe)?$/;

/** Places outside node_modules: distribution packages, corepack's cache, version managers, stand-alone binaries. */
const places: readonly (readonly [RegExp, PackageManager | undefined])[] = [
  [/^\/usr\/share\/nodejs\/npm\//, 'npm'],
  [/^\/usr\/share\/(?:nodejs\/)?yarn(?:pkg|js)?\//, 'yarn'],
  [/^\/opt\/yarn-[^/]+\/(?:bin|lib)\//, 'yarn'],
  [/\/(?:\.cache|Caches)\/node\/corepack\/(?:v\d+\/)?(npm|pnpm|yarn)\/[^/]+\//, undefined],
  [/\/\.volta\/tools\/image\/(?:packages\/)?(npm|pnpm|yarn)\/[^/]+\//, undefined],
  [/\/(?:mise|asdf|\.asdf|proto|\.proto)\/(?:installs|tools)\/(npm|pnpm|yarn|bun)\/[^/]+\//, undefined],
  [/\/\.bun\/bin\/bun$/, 'bun'],
  [/^\/usr\/(?:local\/)?bin\/bun$/, 'bun'],
  [/\/(?:share\/pnpm|\.pnpm-home|Library\/pnpm)\/(?:bin\/)?pnpm$/, 'pnpm'],
  [/\/\.yarn\/bin\/yarn\.js$/, 'yarn'],
];

/** Which manager the code at this real path belongs to; undefined for anything else. */
export function managerAt(path: string, exists: Exists): ManagerIdentity | undefined {
  for (const [pattern, fixed] of places) {
    const found = onOwnGround(path, pattern, exists);
    if (found)
      return { manager: fixed ?? (found[1] as PackageManager), trusted: true, entry: ENTRY.test(path) };
  }
  // What a repository carries is the repository's code.
  if (CARRIED_YARN.test(path)) return { manager: 'yarn', trusted: false, entry: true };
  return inNodeModules(path, exists);
}

const CARRIED_YARN = /\/\.yarn\/releases\/yarn-[^/]+\.c?js$/;

function inNodeModules(path: string, exists: Exists): ManagerIdentity | undefined {
  for (let at = path.indexOf('/node_modules/'); at >= 0; at = path.indexOf('/node_modules/', at + 1)) {
    const rest = path.slice(at + '/node_modules/'.length);
    const name = rest.split('/', rest.startsWith('@') ? 2 : 1).join('/');
    if (name === 'corepack') return corepack(path, rest, isGlobal(path.slice(0, at), exists));
    const manager = ownManager(name);
    if (manager === undefined) continue;
    // A package of that name below another package is a dependency of it, which could be anything.
    return { manager, trusted: isGlobal(path.slice(0, at), exists), entry: ENTRY.test(path) };
  }
  return undefined;
}

function ownManager(name: string): PackageManager | undefined {
  if (BUN_BINARY.test(name)) return 'bun';
  if (PNPM_BINARY.test(name)) return 'pnpm';
  return Object.hasOwn(packages, name) ? packages[name] : undefined;
}

/** corepack's shims are called after what they start. */
function corepack(path: string, rest: string, trusted: boolean): ManagerIdentity {
  const shim = /^corepack\/(?:dist|shims)\/(np[mx]|pnp[mx]|yarn(?:pkg)?)(?:\.js)?$/.exec(rest)?.[1] ?? 'npm';
  const manager = shim.startsWith('yarn') ? 'yarn' : shim.startsWith('p') ? 'pnpm' : 'npm';
  return { manager, trusted, entry: ENTRY.test(path) };
}

/** A global prefix, and caches that a package manager fills. */
const GLOBAL =
  /\/(?:lib|_npx\/[0-9a-f]+|pnpm\/(?:global\/[^/]+|\.tools\/[^/]+\/[^/]+)(?:\/.*)?|\.bun\/install\/global)$/;

/** `holder` holds the node_modules. */
export function isGlobal(holder: string, exists: Exists): boolean {
  if (!onOwnGround(holder, GLOBAL, exists)) return false;
  return !holder.endsWith('/lib') || !exists(`${holder}/package.json`);
}

const UNINSTALLING_COMMANDS =
  /^(?:run|run-script|start|test|t|exec|x|dlx|create|init|publish|pack|view|info|ls|list|config|help|-v|--version)$/;

/** Whether this manager's arguments ask for something other than an install, so that it runs no foreign lifecycle scripts. */
export function installs(words: readonly string[]): boolean {
  const command = words.find((word) => !word.startsWith('-'));
  return command === undefined || !UNINSTALLING_COMMANDS.test(command);
}

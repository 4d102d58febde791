// From what an exec shows to a class: L lifecycle script, P package code, J project runtime, G coding agent, I IDE.
// Precedence L > P > what this exec itself is (J, G, I) > what was inherited. A class is never taken away by what a process
// says of itself; only a person's terminal inside an IDE ends class I.
//
// The environment is believed at the first exec of a package manager's own child, because the manager wrote it. Anyone else
// can set npm_package_name: inside an L or P tree that is ignored, and elsewhere the name is taken from the directory.
import { type Command, parseCommand } from './command.ts';
import type { Lineage, PackageManager } from '../../schema/process.ts';
import type { ScriptEnvironment } from './environment.ts';
import { hostOf, isIdePath } from './hosts.ts';
import { type ManagerIdentity, installs, interpretsScripts, managerAt } from './managers.ts';
import { type PackagePlace, inBundledApplication, inside, packageAt } from './places.ts';
import { type Files, type Script, projectOf, resolveScript } from './script.ts';

/** What /proc shows of a program that was just started. */
export interface Observation {
  readonly image: string;
  readonly words: readonly string[];
  readonly directory: string;
  /** Undefined where it could not be read in time. */
  readonly environment: ScriptEnvironment | undefined;
  /** Asked for shells alone. */
  readonly onTerminal: () => boolean;
}

/** Where it stands in the tree. */
export interface Position {
  /** Lineage before this exec: its own, or its parent's. */
  readonly inherited: Lineage | undefined;
  /** Identifies a tree of which this process is the root. */
  readonly tree: string;
  /** Set at the first exec of a child that a package manager forked. */
  readonly startedByManager: ManagerRole | undefined;
  /** Its first program was replaced before it was read: what stands in the environment may be package code's words. */
  readonly late: boolean;
  /** The nearest ancestor, where that is a package manager and nothing between has a lineage of its own. */
  readonly managerAbove: ManagerRole | undefined;
  /** An exec between that manager and this process could not be read. */
  readonly missedBetween: boolean;
  /** False for a process that ran before the tree began, or whose start was lost. */
  readonly witnessed: boolean;
}

export interface ManagerRole {
  readonly manager: PackageManager;
  /** Where it was started. */
  readonly directory: string;
  /** It runs scripts of other packages, as far as its arguments tell. */
  readonly installs: boolean;
  /** Not a package of some project that plays a package manager. */
  readonly trusted: boolean;
}

export interface Verdict {
  readonly lineage: Lineage | undefined;
  readonly manager: ManagerRole | undefined;
  /** Real path of the script that a runtime runs, unless other code may have been loaded before it. */
  readonly mainScript: string | undefined;
}

/** Scripts that an install runs, of the root project too. */
const INSTALL_EVENTS: ReadonlySet<string> = new Set([
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
  'dependencies',
]);

export function classify(seen: Observation, at: Position, files: Files): Verdict {
  const command = parseCommand(seen.image, seen.words);
  const script = resolveScript(command, seen.directory, files);
  const identity = identifyManager(seen, command, script, files);
  const manager = identity?.entry === true ? managerRole(identity, seen, command, script) : undefined;
  const given = {
    seen,
    at,
    files,
    command,
    script,
    identity,
    preloads: command.preloads || seen.environment?.preloads !== false,
  };
  const mainScript = script?.found === true && !given.preloads ? script.path : undefined;
  return { manager, mainScript, lineage: lineageOf(given) };
}

interface Case {
  readonly seen: Observation;
  readonly at: Position;
  readonly files: Files;
  readonly command: Command;
  readonly script: Script | undefined;
  readonly identity: ManagerIdentity | undefined;
  readonly preloads: boolean;
}

function lineageOf(given: Case): Lineage | undefined {
  const { inherited } = given.at;
  const lifecycle = lifecycleScript(given);
  if (lifecycle) return lifecycle;
  if (inherited?.class === 'L') return inherited;
  return strippedScript(given) ?? packageCode(given) ?? ownScript(given) ?? startedProgram(given);
}

/** L, as the package manager's environment says. */
function lifecycleScript({ seen, at }: Case): Lineage | undefined {
  const environment = seen.environment;
  const event = environment?.event;
  if (!environment || event === undefined) return undefined;
  const directory = environment.directory ?? seen.directory;
  const place = packageAt(directory);
  if (place?.name === undefined && !runsAtInstall(event, directory, environment)) return undefined;
  const said = {
    lifecycle: event,
    packageDirectory: directory,
    packageName: environment.name,
    packageVersion: environment.version,
  };
  const { startedByManager: manager } = at;
  if (manager || (!at.witnessed && !inPackageTree(at))) {
    return nested(at, {
      class: 'L',
      ...(at.late ? checkedAgainst(seen.directory, said) : said),
      project: environment.project ?? manager?.directory,
      manager: environment.manager ?? manager?.manager,
      via: at.late ? 'working-directory' : 'environment',
    });
  }
  if (inPackageTree(at) || place?.name === undefined || !inside(seen.directory, directory)) return undefined;
  // An unknown package manager, or somebody who plays one: the directory counts, not the words.
  const { manager: agent } = environment;
  return nested(at, {
    class: 'L',
    lifecycle: event,
    ...nameOf(place),
    project: place.root,
    manager: agent,
    via: 'working-directory',
  });
}

type Identity = Pick<Fields, 'lifecycle' | 'packageDirectory' | 'packageName' | 'packageVersion'>;

/** What the environment says, as far as the working directory agrees; the directory's own name where it does not. */
function checkedAgainst(directory: string, said: Identity): Identity {
  const place = packageAt(directory);
  if (place?.name === undefined) return said;
  const agrees = said.packageDirectory === place.directory && said.packageName === place.name;
  return agrees ? said : nameOf(place);
}

function runsAtInstall(event: string, directory: string, environment: ScriptEnvironment): boolean {
  if (INSTALL_EVENTS.has(event)) return true;
  // yarn packs a git dependency outside the project; `npm publish` packs the project itself.
  return event === 'prepack' && environment.project !== undefined && !inside(directory, environment.project);
}

/** L without an environment: it was scrubbed, or its process was gone before it could be read. */
function strippedScript({ seen, at, script, identity }: Case): Lineage | undefined {
  const manager = at.managerAbove;
  if (!manager?.installs || identity?.trusted === true || inPackageTree(at)) return undefined;
  const place = packageAt(seen.directory);
  const missed = at.missedBetween || at.late;
  const found = place?.name === undefined ? missed && packageAt(script?.path ?? seen.image) : place;
  if (!found && !missed) return undefined;
  return nested(at, {
    class: 'L',
    ...(found && nameOf(found)),
    project: manager.directory,
    manager: manager.manager,
    via: 'working-directory',
  });
}

/** P: the main script, the executable, or a runtime's working directory lies in a package. */
function packageCode(given: Case): Lineage | undefined {
  const { at, command, script, identity, preloads } = given;
  const inherited = at.inherited?.class === 'P' ? at.inherited : undefined;
  const place = identity?.trusted === true ? undefined : placeOfCode(given);
  if (!place) return inherited;
  // The script does not tell whose code runs when other code was loaded before it.
  const named = inherited?.packageName !== undefined;
  if (named && preloads) return inherited;
  if (inherited && (place.name === undefined || inherited.packageDirectory === place.directory))
    return inherited;
  return nested(at, {
    class: 'P',
    ...nameOf(place),
    project: place.root,
    manager: at.inherited?.manager,
    via: script === undefined && command.runtime !== undefined ? 'working-directory' : 'script-path',
  });
}

/** Packages that are a runtime: what they run tells more than where they lie. */
const RUNTIME_PACKAGE =
  /^(?:node|node-(?:bin-)?[a-z]+-[a-z0-9]+|bun|@oven\/bun-[a-z0-9-]+|deno|@deno\/[a-z0-9-]+|electron)$/;

function placeOfCode({ seen, files, command, script }: Case): PackagePlace | undefined {
  if (hostOf(seen.image, script?.path, files.exists) !== undefined) return undefined;
  if (script) return script.place ?? packagePlace(script.path, files);
  const image = packagePlace(seen.image, files);
  if (command.runtime === undefined) return image;
  if (image?.name !== undefined && !RUNTIME_PACKAGE.test(image.name)) return image;
  return command.runtime === 'shell' ? undefined : packagePlace(seen.directory, files);
}

function packagePlace(path: string, { exists }: Files): PackagePlace | undefined {
  return inBundledApplication(path) || isIdePath(path, exists) ? undefined : packageAt(path);
}

/** J: `npm run dev` of the developer's own project. */
function ownScript({ seen, at }: Case): Lineage | undefined {
  const event = seen.environment?.event;
  if (!at.startedByManager || event === undefined || event === 'npx') return undefined;
  const project = seen.environment?.directory ?? seen.directory;
  return rooted(at, { class: 'J', project, manager: at.startedByManager.manager, via: 'environment' });
}

/** G, I, J by what was started, or what was inherited. */
function startedProgram({ seen, at, files, command, script, identity }: Case): Lineage | undefined {
  const { inherited } = at;
  const host = hostOf(seen.image, script?.path, files.exists);
  if (host === 'coding-agent') return rooted(at, { class: 'G', via: 'runtime' });
  if (host === 'ide')
    return inherited?.class === 'G' ? inherited : rooted(at, { class: 'I', via: 'runtime' });
  if (inherited?.class === 'I' && command.prompt && seen.onTerminal()) return undefined;
  if (script && interpretsScripts(script.path)) {
    const project = projectOf(`${seen.directory}/.`, files);
    return rooted(at, { class: 'J', project, manager: identity?.manager, via: 'runtime' });
  }
  if (identity?.trusted === true || command.runtime === undefined || command.runtime === 'shell')
    return inherited;
  const project = projectOf(script?.path ?? `${seen.directory}/.`, files);
  return project === undefined ? inherited : rooted(at, { class: 'J', project, via: 'runtime' });
}

function identifyManager(
  seen: Observation,
  command: Command,
  script: Script | undefined,
  files: Files,
): ManagerIdentity | undefined {
  if (script?.found === true && !isBunCommand(command)) return managerAt(script.path, files.exists);
  return managerAt(seen.image, files.exists);
}

const BUN_COMMAND =
  /^(?:i|install|ci|a|add|rm|remove|up|update|link|unlink|x|create|c|pm|patch|publish|outdated|audit|exec)$/;

function isBunCommand(command: Command): boolean {
  return command.runtime === 'bun' && BUN_COMMAND.test(command.words[0] ?? '');
}

function managerRole(
  identity: ManagerIdentity,
  seen: Observation,
  command: Command,
  script: Script | undefined,
): ManagerRole {
  const words = script?.found === true && !isBunCommand(command) ? command.words.slice(1) : command.words;
  const runner = /\/(?:npx-cli|pnpx|pnx|bunx)(?:\.[cm]?js)?$/.test(script?.path ?? seen.image);
  const { manager, trusted } = identity;
  return { manager, trusted, directory: seen.directory, installs: !runner && installs(words) };
}

function nameOf({
  directory,
  name,
  version,
}: PackagePlace): Pick<Fields, 'packageDirectory' | 'packageName' | 'packageVersion'> {
  // A package that deno names instead of a file has no directory that we know of.
  return name === undefined
    ? {}
    : { packageDirectory: directory || undefined, packageName: name, packageVersion: version };
}

function inPackageTree(at: Position): boolean {
  return at.inherited?.class === 'L' || at.inherited?.class === 'P';
}

type Fields = Pick<Lineage, 'class' | 'via'> & {
  [Key in keyof Omit<Lineage, 'tree'>]?: Lineage[Key] | undefined;
};

/** L or P: inside another L or P it joins that tree and keeps the outermost package beside its own. */
function nested(at: Position, fields: Fields): Lineage {
  if (!inPackageTree(at)) return defined({ ...fields, tree: at.tree });
  const outer = at.inherited?.outerPackageDirectory ?? at.inherited?.packageDirectory;
  const own = fields.packageDirectory;
  return defined({
    ...fields,
    tree: at.inherited?.tree ?? at.tree,
    ...(outer !== undefined && outer !== own && { outerPackageDirectory: outer }),
  });
}

/** J, G or I: a program of the class that it was started by belongs to the same tree. */
function rooted(at: Position, fields: Fields): Lineage {
  const { inherited } = at;
  if (inherited?.class === fields.class && inherited.project === fields.project) return inherited;
  return defined({ ...fields, tree: inherited?.class === fields.class ? inherited.tree : at.tree });
}

function defined(fields: Fields & Pick<Lineage, 'tree'>): Lineage {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Lineage;
}

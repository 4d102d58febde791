// Class L: a lifecycle script, by the environment that a package manager gave it or by what is left without one.
//
// The environment is believed at the first exec of a package manager's own child, because the manager wrote it. Anyone else
// can set npm_package_name: inside an L or P tree that is ignored, and elsewhere the name is taken from the directory.
import type { Lineage } from '../../schema/process.ts';
import type { ScriptEnvironment } from './environment.ts';
import type { Case } from './evidence.ts';
import { type Identity, inPackageTree, nameOf, nested } from './lineage.ts';
import { inside, packageAt } from './places.ts';

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

/** L, as the package manager's environment says. */
export function lifecycleScript({ seen, at }: Case): Lineage | undefined {
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
export function strippedScript({ seen, at, script, identity }: Case): Lineage | undefined {
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

// From what an exec shows to a class: L lifecycle script, P package code, J project runtime, G coding agent, I IDE.
// Precedence L > P > what this exec itself is (J, G, I) > what was inherited. A class is never taken away by what a process
// says of itself; only a person's terminal inside an IDE ends class I.
import type { Lineage } from '../../schema/process.ts';
import { parseCommand } from './command.ts';
import type { Case, ManagerRole, Observation, Position } from './evidence.ts';
import { hostOf } from './hosts.ts';
import { lifecycleScript, strippedScript } from './lifecycle.ts';
import { rooted } from './lineage.ts';
import { identifyManager, managerRole } from './manager-role.ts';
import { interpretsScripts } from './managers.ts';
import { packageCode } from './package-code.ts';
import { type Files, projectOf, resolveScript } from './script.ts';

export interface Verdict {
  readonly lineage: Lineage | undefined;
  readonly manager: ManagerRole | undefined;
  /** Real path of the script that a runtime runs, unless other code may have been loaded before it. */
  readonly mainScript: string | undefined;
}

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

function lineageOf(given: Case): Lineage | undefined {
  const { inherited } = given.at;
  const lifecycle = lifecycleScript(given);
  if (lifecycle) return lifecycle;
  if (inherited?.class === 'L') return inherited;
  return strippedScript(given) ?? packageCode(given) ?? ownScript(given) ?? startedProgram(given);
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

// What a package manager is doing, from where its code lies and what it was asked for.
import type { Command } from './command.ts';
import type { ManagerRole, Observation } from './evidence.ts';
import { type ManagerIdentity, installs, managerAt } from './managers.ts';
import type { Files, Script } from './script.ts';

export function identifyManager(
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

export function managerRole(
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

// Where the main script of a runtime really lies, and in which project.
import { posix } from 'node:path';
import type { Command } from './command.ts';
import { type PackagePlace, packageName, packageVersion } from './places.ts';

/** Looks at names, opens nothing. */
export interface Files {
  readonly realPath: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
}

export interface Script {
  /** Real path, or the written one made absolute where nothing is there. */
  readonly path: string;
  readonly found: boolean;
  /** Set for a package that is named instead of a file (`deno run npm:name@1.0.0`). */
  readonly place?: PackagePlace;
}

/** What Node tries when a file name is given without its end. */
const ENDINGS = ['', '.js', '.mjs', '.cjs', '/index.js'];

export function resolveScript(command: Command, directory: string, files: Files): Script | undefined {
  const [first] = command.scripts;
  if (first === undefined) return undefined;
  const specifier = denoPackage(first);
  if (specifier) return { path: first, found: false, place: specifier };
  for (const word of command.scripts) {
    for (const ending of command.runtime === 'node' ? ENDINGS : ['']) {
      const path = files.realPath(absolute(word, directory) + ending);
      // A directory's own path is not a script; its index is tried last.
      if (path !== undefined && (ending !== '' || !files.exists(`${path}/.`))) return { path, found: true };
    }
  }
  return { path: absolute(first, directory), found: false };
}

function absolute(word: string, directory: string): string {
  const plain = word.startsWith('file:///') ? word.slice('file://'.length) : word;
  return posix.resolve(directory.startsWith('/') ? directory : '/', plain);
}

function denoPackage(word: string): PackagePlace | undefined {
  const found = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)(?:@([^/]+))?/.exec(word);
  const name = packageName(found?.[1]);
  if (name === undefined) return undefined;
  const version = packageVersion(found?.[2]);
  return { directory: '', name, root: '/', ...(version !== undefined && { version }) };
}

const MAX_LEVELS = 24;
const SYSTEM = /^\/(?:usr|lib|lib64|bin|sbin|opt|snap|nix|etc|proc|sys|dev|boot)(?:\/|$)/;

/** The nearest directory above this file that has a package.json and is not inside node_modules. */
export function projectOf(path: string, files: Files): string | undefined {
  if (SYSTEM.test(path)) return undefined;
  let directory = posix.dirname(path);
  for (let level = 0; level < MAX_LEVELS && directory !== '/' && directory !== '.'; level++) {
    if (!directory.includes('/node_modules') && files.exists(`${directory}/package.json`)) return directory;
    directory = posix.dirname(directory);
  }
  return undefined;
}

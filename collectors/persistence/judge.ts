// Whether a change by a process of this lineage matters to anybody: what it touched, never whether it was right.
import { basename } from 'node:path';
import type { SecretMatcher } from '../../rules/secrets/index.ts';
import type { FileEvent } from '../../schema/event.ts';
import type { Lineage } from '../../schema/process.ts';

export type Action = Exclude<FileEvent['action'], 'open'>;

export interface Deed {
  readonly action: Action;
  readonly path: string;
  readonly from?: string | undefined;
}

/** `place`: of the catalogue; `package`: a program in a package; `home`: something of a person's that went. */
export type Matter = 'place' | 'package' | 'home';

const SCRIPT = /\.(?:[cm]?[jt]s|sh|bash|py|node|ps1)$/;
const CACHE = /\/\.?(?:cache|npm|yarn|bun|pnpm|pnpm-store|nvm|Trash|tmp|node-gyp|deno)\//i;

/** Undefined where it matters to nobody. `homes` without a slash at the end. */
export function judge(
  deed: Deed,
  lineage: Lineage,
  matcher: SecretMatcher,
  homes: readonly string[],
): Matter | undefined {
  const touched = deed.from === undefined ? [deed.path] : [deed.path, deed.from];
  if (touched.some((path) => matcher.match(path) !== undefined)) return 'place';
  if (isPackageCode(lineage) && touched.some((path) => inPackage(path, deed.action, lineage)))
    return 'package';
  const went = deed.action === 'delete' || deed.action === 'rename';
  return went && isPersonal(deed.from ?? deed.path, lineage, homes) ? 'home' : undefined;
}

function isPackageCode(lineage: Lineage): boolean {
  return lineage.class === 'L' || lineage.class === 'P';
}

/** A program that lies in a package, its own or another; or its own package as a whole, deleted. */
function inPackage(path: string, action: Action, { packageDirectory }: Lineage): boolean {
  if (path === packageDirectory) return action === 'delete' || action === 'rename';
  const at = path.lastIndexOf('/node_modules/');
  if (at < 0) return false;
  const rest = path.slice(at + '/node_modules/'.length);
  if (rest.startsWith('.bin/')) return true;
  return !rest.startsWith('.') && SCRIPT.test(basename(path));
}

/** In a home, but neither the project's nor a cache. */
function isPersonal(path: string, { project, packageDirectory }: Lineage, homes: readonly string[]): boolean {
  const home = homes.find((directory) => path.startsWith(`${directory}/`));
  if (home === undefined || CACHE.test(`${path.slice(home.length)}/`)) return false;
  return ![project, packageDirectory].some(
    (own) => own !== undefined && !home.startsWith(own) && (path === own || path.startsWith(`${own}/`)),
  );
}

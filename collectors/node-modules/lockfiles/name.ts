// The grammars of names, versions, paths and dependency specifiers, as wide as the registry has ever allowed and no wider.
import type { Source } from './lockfile.ts';

const NAME = /^(?:@[A-Za-z0-9_~!*'().-]{1,213}\/)?[A-Za-z0-9~!*'()-][A-Za-z0-9_~!*'().-]{0,213}$/;
const VERSION = /^[0-9A-Za-z][0-9A-Za-z.+_~-]{0,255}$/;
const RELATIVE = /^[^\p{Cc}\\]+$/u;
const GIT_HOST = /^(?:git\b|github:|gitlab:|bitbucket:|gist:|ssh:|[\w.-]+@[\w.-]+:)/;
const GIT_SHORTHAND = /^[\w-]+\/[\w.-]+(?:#.*)?$/;
const CODELOAD = /^https:\/\/(?:codeload\.github\.com|(?:www\.)?gitlab\.com|bitbucket\.org)\//;
const MAX_DIRECTORY = 1024;
const MAX_INTEGRITY = 512;

export function isPackageName(name: string): boolean {
  return name.length <= 214 && NAME.test(name);
}

export function isVersion(version: string): boolean {
  return VERSION.test(version);
}

/** Whether `path` is a plain relative path that stays below the project: no `..`, no control character, not absolute. */
export function isInside(path: string): boolean {
  return (
    path.length <= MAX_DIRECTORY &&
    RELATIVE.test(path) &&
    !path.startsWith('/') &&
    !/(?:^|\/)\.\.?(?:\/|$)/.test(path)
  );
}

/** The integrity as the lockfile has it, or '' where it is none. */
export function cleanIntegrity(integrity: string): string {
  return integrity.length <= MAX_INTEGRITY && /^[\x21-\x7e]*$/.test(integrity) ? integrity : '';
}

/** Where a specifier in a manifest or lockfile sends the package manager. */
export function sourceOf(spec: string): Source {
  if (spec.startsWith('npm:') || /^[\^~>=<*\dvx]/.test(spec)) return 'registry';
  if (GIT_HOST.test(spec) || CODELOAD.test(spec)) return 'git';
  if (/^https?:/.test(spec)) return /\.git(?:#.*)?$|#commit=/.test(spec) ? 'git' : 'remote';
  if (/^(?:workspace|link|portal):/.test(spec)) return 'link';
  if (/^(?:file:|\.{1,2}\/|\/|~\/)/.test(spec)) return 'file';
  return GIT_SHORTHAND.test(spec) ? 'git' : 'registry';
}

/** `@scope/name@rest` → both halves; the name is empty where there is no `@` after the scope. */
export function splitAt(text: string): { name: string; rest: string } {
  const at = text.indexOf('@', 1);
  return at < 0 ? { name: '', rest: text } : { name: text.slice(0, at), rest: text.slice(at + 1) };
}

/** `npm:real@^1` → `real`; '' where the specifier is no alias. */
export function aliasTarget(spec: string): string {
  if (!spec.startsWith('npm:')) return '';
  const target = spec.slice(4);
  const { name } = splitAt(target);
  return name || (isPackageName(target) && !isVersion(target) ? target : '');
}

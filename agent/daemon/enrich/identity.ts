// Which name and version a directory of package code goes by, when the environment, the manifest, the lockfile and the
// directory may say different things, and the package may have written all but the lockfile and the directory itself.
import type { Confidence } from '../../../schema/package.ts';

export interface Claim {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

export interface Identity {
  readonly name: string;
  /** '' where nothing names one. */
  readonly version: string;
  readonly confidence: Confidence;
}

/** npm's own limit for names; longer ones were never published. */
const MAX_NAME = 214;
const MAX_VERSION = 128;

/** `@scope/name` of a directory that lies in node_modules. */
export function nameOfDirectory(directory: string): string | undefined {
  return /\/node_modules\/((?:@[^/]+\/)?[^/.][^/]*)\/?$/.exec(directory)?.[1];
}

/**
 * The lockfile decides. Without it, the claim counts, unless it names another package than the directory does: then the
 * directory was chosen by the package manager and the claim by the package itself (or it is an alias), which makes it `probable`.
 */
export function identify(directory: string, locked: Claim | undefined, claimed: Claim): Identity {
  const placed = nameOfDirectory(directory);
  const version = clean(locked?.version ?? claimed.version ?? '', MAX_VERSION);
  const name = locked?.name ?? placed ?? claimed.name ?? directory.slice(directory.lastIndexOf('/') + 1);
  const doubtful = locked?.name === undefined && placed !== undefined && claimed.name !== undefined;
  return {
    name: clean(name, MAX_NAME) || 'unnamed',
    version,
    confidence: doubtful && claimed.name !== placed ? 'probable' : 'exact',
  };
}

// oxlint-disable-next-line no-control-regex -- control and reordering characters are what is looked for
const unsafe = /[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A name is shown to people and put into a URL: nothing in it may hide, reorder or break a line, and no half surrogate. */
function clean(text: string, limit: number): string {
  return text.slice(0, limit).toWellFormed().replace(unsafe, '\ufffd');
}

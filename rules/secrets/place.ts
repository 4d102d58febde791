// How a row of the catalogue is written, and what it becomes. A row is a place: `[id, kind, tier, path, exceptions]`.
import type { Tier } from '../../schema/secret.ts';
import type { ReaderSet } from './readers.ts';

export type Platform = 'linux' | 'darwin' | 'win32';
export type Operation = 'read' | 'write' | 'connect';

/** A sensitive place on one platform. Plain data: it crosses into the sensor's thread as it is. */
export interface SecretPlace {
  /** `group/row`: stable, it names the place in events and alerts. */
  readonly id: string;
  readonly group: string;
  readonly kind: string;
  readonly tier: Tier;
  /** Pattern: `~` a home, `*` within a segment, `**` any number of segments, `{a,b}`; forward slashes on every platform. */
  readonly path: string;
  /** Names of the sets in readers.ts whose programs read this place as part of their own work. */
  readonly readers: readonly ReaderSet[];
  readonly ops: readonly Operation[];
  /** Paths that contain one of these are not this place. */
  readonly except?: readonly string[];
  /** Environment variables that move this place. */
  readonly relocatedBy?: readonly string[];
  /** What to do when it was read, in one sentence. */
  readonly rotate?: string;
}

/** One pattern for all platforms, or one (or several) each; `unix` is Linux and macOS. */
export type PathByPlatform = string | { readonly [name in Platform | 'unix']?: string | readonly string[] };

interface Exceptions {
  readonly readers?: readonly ReaderSet[];
  readonly ops?: readonly Operation[];
  readonly except?: readonly string[];
  readonly relocatedBy?: readonly string[];
  readonly rotate?: string;
}

export type Row = readonly [
  id: string,
  kind: string,
  tier: Tier,
  path: PathByPlatform,
  exceptions?: Exceptions,
];

export interface Group {
  readonly name: string;
  readonly defaults: Exceptions;
  readonly rows: readonly Row[];
}

/** A group of rows; what `defaults` says holds for each row that does not say otherwise. */
export function group(name: string, defaults: Exceptions, rows: readonly Row[]): Group {
  return { name, defaults, rows };
}

/** The places of a group on `platform`; a row with several patterns there becomes several places with one id. */
export function placesOf({ name, defaults, rows }: Group, platform: Platform): readonly SecretPlace[] {
  return rows.flatMap(([id, kind, tier, path, exceptions]) =>
    patternsFor(path, platform).map((pattern) => ({
      id: `${name}/${id}`,
      group: name,
      kind,
      tier,
      path: pattern,
      readers: [],
      ops: ['read'] as const,
      ...defaults,
      ...exceptions,
    })),
  );
}

function patternsFor(path: PathByPlatform, platform: Platform): readonly string[] {
  if (typeof path === 'string') return [path];
  const own = path[platform] ?? (platform === 'win32' ? undefined : path.unix);
  if (own === undefined) return [];
  return typeof own === 'string' ? [own] : own;
}

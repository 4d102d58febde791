// Which catalogued place a path is. Called for every held open: no allocation beyond the split path, no regular expressions.
import { expandBraces } from './pattern.ts';
import type { Platform, SecretPlace } from './place.ts';
import { createPathTrie, type PathTrie } from './trie.ts';

export interface SecretMatch {
  readonly place: SecretPlace;
  /** The home that the place was found under; absent for system-wide places and for those that lie anywhere. */
  readonly home?: string;
}

export interface SecretMatcher {
  /** The most specific place, or undefined. `path` is absolute, as the kernel names it. */
  match(path: string): SecretMatch | undefined;
}

interface Candidate {
  readonly place: SecretPlace;
  /** Characters that the pattern spells out in segments that also hold a `*`. */
  readonly spelled: number;
  readonly anchored: boolean;
}

/**
 * Compiles `places` for the given home directories. Most specific means, in this order: the deepest segment that a pattern
 * names in full, then the longer part of a name it spells out, then a fixed place before one that may lie anywhere, then the tier.
 * On macOS and Windows case is ignored, and on Windows `\` separates.
 */
export function createSecretMatcher(
  places: readonly SecretPlace[],
  homes: readonly string[],
  platform: Platform = 'linux',
): SecretMatcher {
  const normalise = normaliserFor(platform);
  const inHome = createPathTrie<Candidate>();
  const anywhere = createPathTrie<Candidate>();
  for (const place of places) {
    for (const pattern of expandBraces(place.path)) insert(normalise(pattern), place, inHome, anywhere);
  }
  const prefixes = homes
    .map((home) => ({ home, prefix: `${normalise(home).replace(/\/+$/, '')}/` }))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return { match: (path) => find(normalise(path), prefixes, inHome, anywhere) };
}

function insert(
  pattern: string,
  place: SecretPlace,
  inHome: PathTrie<Candidate>,
  anywhere: PathTrie<Candidate>,
): void {
  const segments = pattern.split('/');
  const spelled = segments.reduce((sum, s) => sum + (s.includes('*') ? s.replaceAll('*', '').length : 0), 0);
  const candidate = { place, spelled, anchored: segments[0] !== '**' };
  // '/etc/shadow' splits into '', 'etc', 'shadow' and so does every path: absolute patterns need no trie of their own.
  if (segments[0] === '~') inHome.insert(segments.slice(1), candidate);
  else if (!pattern.startsWith('$')) anywhere.insert(segments, candidate);
}

function find(
  path: string,
  prefixes: readonly { readonly home: string; readonly prefix: string }[],
  inHome: PathTrie<Candidate>,
  anywhere: PathTrie<Candidate>,
): SecretMatch | undefined {
  let best: Candidate | undefined;
  let deepest = -1;
  function consider(candidate: Candidate, literal: number): void {
    if (best && !isMoreSpecific(candidate, literal, best, deepest)) return;
    if (candidate.place.except?.some((part) => path.includes(part))) return;
    best = candidate;
    deepest = literal;
  }
  const segments = path.split('/');
  const owner = prefixes.find(({ prefix }) => path.startsWith(prefix));
  if (owner) inHome.find(segments, depth(owner.prefix), consider);
  anywhere.find(segments, 0, consider);
  if (!best) return undefined;
  return best.place.path.startsWith('~') && owner
    ? { place: best.place, home: owner.home }
    : { place: best.place };
}

function isMoreSpecific(a: Candidate, literalOfA: number, b: Candidate, literalOfB: number): boolean {
  if (literalOfA !== literalOfB) return literalOfA > literalOfB;
  if (a.spelled !== b.spelled) return a.spelled > b.spelled;
  if (a.anchored !== b.anchored) return a.anchored;
  return a.place.tier < b.place.tier;
}

function depth(prefix: string): number {
  let slashes = 0;
  for (let at = prefix.indexOf('/'); at !== -1; at = prefix.indexOf('/', at + 1)) slashes++;
  return slashes;
}

function normaliserFor(platform: Platform): (path: string) => string {
  if (platform === 'linux') return (path) => path;
  if (platform === 'darwin') return (path) => path.toLowerCase();
  return (path) => path.toLowerCase().replaceAll('\\', '/');
}

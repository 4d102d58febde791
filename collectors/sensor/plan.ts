// Which directories of a disk can hold a catalogued place: the targets of all homes as one tree, walked a level at a time.
// Pure: whoever reads the disk asks `enter` for each name that it finds.
import { segmentTest } from '../../rules/secrets/pattern.ts';
import type { WatchTarget } from '../../rules/secrets/index.ts';

/** Directories that a `**` swallows at most: a browser's profile is 3 deep, an lnd node's macaroon 4. */
const MAX_DEPTH = 5;

/** Never entered by a `**`: large, churning, and no place of the catalogue lies in them. */
const skipped = new Set([
  'node_modules',
  '.git',
  'Cache',
  'Cache_Data',
  'CacheStorage',
  'Code Cache',
  'Crash Reports',
  'DawnCache',
  'DawnGraphiteCache',
  'DawnWebGPUCache',
  'GPUCache',
  'GrShaderCache',
  'GraphiteDawnCache',
  'ScriptCache',
  'ShaderCache',
  'Service Worker',
  'blob_storage',
  'component_crx_cache',
  'optimization_guide_model_store',
]);

interface PlanNode {
  readonly literals: Map<string, PlanNode>;
  readonly globs: {
    readonly source: string;
    readonly test: (name: string) => boolean;
    readonly node: PlanNode;
  }[];
  /** What follows a `**` in the middle. */
  deep: PlanNode | undefined;
  /** A pattern ends here: a file of this name is a place. */
  file: boolean;
  /** A pattern ends here in `**`: every file below is a place. */
  everything: boolean;
}

/** Where a walk stands in one pattern. `swallowed` counts the directories a `**` took; undefined outside of one. */
interface Position {
  readonly node: PlanNode;
  readonly kind: 'fixed' | 'deep' | 'everything';
  readonly swallowed: number;
}

/** Where a walk stands in all patterns at once: what a directory is to us. Empty: nothing of interest lies below. */
export type Level = readonly Position[];

export interface Step {
  /** A file of this name may be a place (the matcher has the last word). `named` where a pattern spells it out in full. */
  readonly file: 'no' | 'pattern' | 'named';
  /** For a directory of this name. */
  readonly level: Level;
  /** Whether every pattern got here by literal names alone, so that the catalogue itself bounds how many there are. */
  readonly named: boolean;
}

/** The level of `/` for these targets. */
export function compilePlan(targets: readonly Pick<WatchTarget, 'base' | 'rest'>[]): Level {
  const root = emptyNode();
  for (const { base, rest } of targets) insert(root, [...split(base), ...rest]);
  return positions(root);
}

/** What `name` in a directory of this level is. */
export function enter(level: Level, name: string): Step {
  const next: Position[] = [];
  let file: Step['file'] = 'no';
  let named = false;
  function reached(node: PlanNode, literally: boolean): void {
    if (node.file) file = literally ? 'named' : file === 'no' ? 'pattern' : file;
    const found = positions(node);
    if (literally && found.length > 0) named = true;
    next.push(...found);
  }
  for (const { node, kind, swallowed } of level) {
    if (kind === 'everything') file = file === 'no' ? 'pattern' : file;
    else {
      const literal = node.literals.get(name);
      if (literal) reached(literal, kind === 'fixed');
      for (const glob of node.globs) if (glob.test(name)) reached(glob.node, false);
    }
    const goesOn = kind !== 'fixed' && swallowed < MAX_DEPTH && !skipped.has(name);
    if (goesOn) next.push({ node, kind, swallowed: swallowed + 1 });
  }
  return { file, level: next, named };
}

/**
 * Whether opens in such a directory are held from the start: where a file may turn up as a place under a name that is
 * known or free. Below a `**` with a fixed name, only directories that hold one are (browsers keep thousands that do not).
 */
export function holdsPlaces(level: Level): boolean {
  return level.some(
    ({ node, kind }) => kind === 'everything' || (kind === 'fixed' && childIsFile(node, true)),
  );
}

/** The same without names that are spelled out: outside of homes those files are marked one by one, as /etc is too busy to hold. */
export function holdsUnnamedPlaces(level: Level): boolean {
  return level.some(
    ({ node, kind }) => kind === 'everything' || (kind === 'fixed' && childIsFile(node, false)),
  );
}

function childIsFile(node: PlanNode, literals: boolean): boolean {
  if (node.globs.some((glob) => glob.node.file)) return true;
  return literals && [...node.literals.values()].some((next) => next.file);
}

function positions(node: PlanNode): Position[] {
  const found: Position[] = [];
  if (node.literals.size > 0 || node.globs.length > 0) found.push({ node, kind: 'fixed', swallowed: 0 });
  if (node.deep) found.push({ node: node.deep, kind: 'deep', swallowed: 0 });
  if (node.everything) found.push({ node, kind: 'everything', swallowed: 0 });
  return found;
}

function insert(root: PlanNode, segments: readonly string[]): void {
  let node = root;
  for (const [index, segment] of segments.entries()) {
    if (segment === '**' && index === segments.length - 1) {
      node.everything = true;
      return;
    }
    node = child(node, segment);
  }
  node.file = true;
}

function child(node: PlanNode, segment: string): PlanNode {
  if (segment === '**') return (node.deep ??= emptyNode());
  if (!segment.includes('*')) {
    let next = node.literals.get(segment);
    if (!next) node.literals.set(segment, (next = emptyNode()));
    return next;
  }
  let glob = node.globs.find(({ source }) => source === segment);
  if (!glob) node.globs.push((glob = { source: segment, test: segmentTest(segment), node: emptyNode() }));
  return glob.node;
}

function emptyNode(): PlanNode {
  return { literals: new Map(), globs: [], deep: undefined, file: false, everything: false };
}

function split(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

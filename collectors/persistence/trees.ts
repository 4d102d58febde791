// What is watched only while package code runs: its own package, the packages beside it, and the project it was installed for.
import { projectPlan, type SecretPlace, type WatchTarget } from '../../rules/secrets/index.ts';
import { compilePlan } from '../sensor/plan.ts';
import type { Observation, ProcessTree } from '../sensor/tree.ts';
import type { Marks, Root } from './marks.ts';
import type { Maker, Walk } from './walk.ts';

/** Trees that are followed at a time. */
const MAX_TREES = 64;
/** Directories of one project: its packages and the places of a repository. */
const MAX_DIRECTORIES = 1000;
/** Milliseconds between two looks at which trees still run. */
const EVERY = 5000;
/** The kernel's clock of files may lag behind by a tick, ms. */
const TICK = 10;

interface Watched {
  readonly root: Root;
  readonly trees: Set<string>;
}

interface Started {
  readonly treeId: string;
  readonly maker: Maker;
}

export interface Trees {
  /** Hears of every exec. */
  noticed(observation: Observation): void;
  /** Lets go of what belongs to trees that have ended; looks every five seconds. `now` in ms on any steady clock. */
  tidy(now: number): void;
}

export function createTrees(
  places: readonly SecretPlace[],
  tree: ProcessTree,
  marks: Marks,
  walk: Walk,
): Trees {
  const isModule = ({ base }: WatchTarget) => base.startsWith('/node_modules');
  const targets = projectPlan(places);
  const levels = {
    project: compilePlan(targets.filter((target) => !isModule(target))),
    modules: compilePlan(targets.filter(isModule)),
    package: compilePlan([['package.json'], ['*']].map((rest) => ({ base: '/', rest }))),
  };
  const watched = new Map<string, Watched>();
  const trees = new Set<string>();
  let next = 0;

  function watch(kind: keyof typeof levels, path: string, { treeId, maker }: Started): void {
    const key = `${kind} ${path}`;
    const known = watched.get(key);
    if (known) {
      known.trees.add(treeId);
      return;
    }
    const root: Root = { path, room: MAX_DIRECTORIES, interest: 'writes', files: kind !== 'modules' };
    watched.set(key, { root, trees: new Set([treeId]) });
    // A package manager may have written packages a moment ago, but no places of a repository.
    walk.begin({ root, path, level: levels[kind] }, kind === 'project' ? maker : undefined);
  }

  function watchPackage(directory: string | undefined, started: Started): void {
    if (directory === undefined) return;
    watch('package', directory, started);
    const holder = holderOf(directory);
    if (holder !== undefined) watch('modules', holder, started);
  }

  return {
    noticed(observation) {
      if (observation.kind !== 'process' || observation.action !== 'exec') return;
      const { lineage, pid } = observation.process;
      if (!lineage || (lineage.class !== 'L' && lineage.class !== 'P')) return;
      if (!trees.has(lineage.tree) && trees.size >= MAX_TREES) return;
      const node = tree.actor(pid);
      if (!node) return;
      trees.add(lineage.tree);
      const maker = { node, since: Date.parse(observation.time) - TICK };
      const started = { treeId: lineage.tree, maker };
      const { packageDirectory, project } = lineage;
      if (lineage.class === 'L') watchPackage(packageDirectory, started);
      if (project !== undefined) watch('project', project, started);
    },
    tidy(now) {
      if (watched.size === 0 || now < next) return;
      next = now + EVERY;
      const living = tree.livingTrees();
      for (const ended of trees) if (!living.has(ended)) trees.delete(ended);
      for (const [key, { root, trees: users }] of watched) {
        for (const user of users) if (!living.has(user)) users.delete(user);
        if (users.size > 0) continue;
        watched.delete(key);
        walk.end(root);
        marks.release(root);
      }
    },
  };
}

/** The directory whose node_modules a package lies in. */
function holderOf(packageDirectory: string | undefined): string | undefined {
  const at = packageDirectory?.lastIndexOf('/node_modules/') ?? -1;
  return at > 0 ? packageDirectory?.slice(0, at) : undefined;
}

// Writes that last, by package code, inside the sensor's thread: told after they happened; nothing is ever held.
import { createChangeGroup, type InodeKey, inodeKey } from '../../platform/linux/changes.ts';
import { createSecretMatcher, type SecretPlace, watchPlan } from '../../rules/secrets/index.ts';
import { compilePlan } from '../sensor/plan.ts';
import type { Emit, Observation, ProcessNode, ProcessTree, Source } from '../sensor/tree.ts';
import { createChanges } from './changes.ts';
import { createCounters } from './counters.ts';
import { type Deed, judge } from './judge.ts';
import { createMarks, type Root } from './marks.ts';
import { createReport } from './report.ts';
import { createTrees } from './trees.ts';
import { createWalk } from './walk.ts';

/** Directories of the catalogue, in all homes. */
const MAX_PLACES = 4096;
/** Directories straight in one home, in which mass deletion shows. */
const MAX_OF_HOME = 64;
/** Paths that could not be watched are named in the log this often; all are counted. */
const MAX_NAMED = 16;

export interface PersistenceOptions {
  /** Those of `writeCatalogue`. */
  readonly places: readonly SecretPlace[];
  readonly tree: ProcessTree & { readonly source: Source | undefined };
  /** Our own processes, whose writes are not told. This process is always one. */
  readonly ownPids: readonly number[];
  readonly emit: Emit;
  /** A path that could not be watched, and the error's code. */
  readonly unwatched: (path: string, code: string) => void;
  readonly decoyWritten: (pid: number) => void;
}

export interface Persistence {
  readonly source: Source;
  counters(): Readonly<Record<string, number>>;
  /** Absolute paths; they need not exist yet. */
  follow(homes: readonly string[]): void;
  /** Walks everything again. */
  rescan(): void;
  /** Does some of the walking that is due (2 ms). True while there is more. */
  proceed(): boolean;
  /** Hears of every exec, and looks where package code may write while it runs. */
  noticed(observation: Observation): void;
  /** A directory of our own, told to `decoyWritten` alone. Throws `SystemCallError`. */
  setDecoy(directory: string | undefined): void;
}

/** Throws `SystemCallError` where the kernel gives no such group: EPERM without CAP_SYS_ADMIN, EINVAL before Linux 5.9. */
export function createPersistence(options: PersistenceOptions): Persistence {
  const { places, tree, emit } = options;
  const counters = createCounters();
  let named = 0;
  const group = createChangeGroup();
  const marks = createMarks(group, counters, (path, code) => {
    if (named++ < MAX_NAMED) options.unwatched(path, code);
  });
  const walk = createWalk(marks, counters, (path, { node }) => happened({ action: 'create', path }, node));
  const trees = createTrees(places, tree, marks, walk);
  const report = createReport(tree, counters, emit);
  let homes: readonly string[] = [];
  let matcher = createSecretMatcher(places, homes);
  let roots: readonly Root[] = [];
  let decoy: { readonly root: Root; readonly key: InodeKey } | undefined;

  function happened(deed: Deed, node: ProcessNode): void {
    const matter = node.lineage && judge(deed, node.lineage, matcher, homes);
    if (matter) report(deed, matter, node);
    else counters['ordinary-changes']++;
  }

  function begin(): void {
    for (const root of roots) {
      walk.end(root);
      marks.release(root);
    }
    const targets = [undefined, ...homes].flatMap((home) => watchPlan(places, home, 'write'));
    const top: Root = { path: '/', room: MAX_PLACES, interest: 'writes', files: true };
    walk.begin({ root: top, path: '/', level: compilePlan(targets) });
    const breadth = compilePlan([{ base: '/', rest: ['*', '*'] }]);
    const wide = homes.map(
      (path): Root => ({ path, room: MAX_OF_HOME, interest: 'deletions', files: false }),
    );
    for (const root of wide) walk.begin({ root, path: root.path, level: breadth });
    roots = [top, ...wide];
  }

  return {
    source: createChanges({
      ...options,
      group,
      marks,
      walk,
      counters,
      happened,
      decoyWritten(directory, pid) {
        if (directory !== decoy?.key) return false;
        options.decoyWritten(pid);
        return true;
      },
      overflowed: begin,
    }),
    counters: () => ({ ...counters }),
    follow(next) {
      if (roots.length > 0 && next.length === homes.length && next.every((home) => homes.includes(home)))
        return;
      homes = next;
      matcher = createSecretMatcher(places, homes);
      begin();
    },
    rescan: begin,
    proceed() {
      trees.tidy(performance.now());
      return walk.proceed();
    },
    noticed: (observation) => trees.noticed(observation),
    setDecoy(directory) {
      if (decoy) marks.release(decoy.root);
      decoy = undefined;
      if (directory === undefined) return;
      const root: Root = { path: directory, room: 1, interest: 'writes', files: false };
      const key = inodeKey(directory);
      marks.directory({ root, path: directory, level: [] }, 'writes');
      decoy = { root, key };
    },
  };
}

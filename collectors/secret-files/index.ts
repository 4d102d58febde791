// Secret files on Linux, inside the sensor's thread: holds every open of a catalogued place, answers it from memory, reports it.
import { dirname } from 'node:path';
import { close } from '../../platform/linux/descriptor.ts';
import { createPermissionGroup, markDirectory, unmarkDirectory } from '../../platform/linux/fanotify.ts';
import { createSecretMatcher, type SecretPlace, watchPlan } from '../../rules/secrets/index.ts';
import type { Policy } from '../../schema/policy.ts';
import type { Emit, ProcessNode, ProcessTree, Source } from '../sensor/tree.ts';
import { createCounters } from './counters.ts';
import { createMarks } from './marks.ts';
import { createHeldOpens, type Decoy } from './opens.ts';
import { compilePlan } from '../sensor/plan.ts';
import { createReport } from './report.ts';
import { createWalk, type Plan } from './walk.ts';

export type { Decoy } from './opens.ts';

/** Paths that could not be watched are named in the log this often; all are counted. */
const MAX_NAMED = 16;

export interface SecretFilesOptions {
  readonly places: readonly SecretPlace[];
  readonly tree: ProcessTree & { readonly source: Source | undefined };
  /** Our own processes: their opens are allowed at once and not reported. This process is always one. */
  readonly ownPids: readonly number[];
  readonly emit: Emit;
  /** A path that could not be watched, and the error's code. */
  readonly unwatched: (path: string, code: string) => void;
  readonly decoyOpened: (pid: number, node: ProcessNode | undefined) => void;
}

export interface Settings {
  /** Absolute paths; they need not exist yet. */
  readonly homes: readonly string[];
  readonly policy: Policy;
}

export interface SecretFiles {
  /** In the order in which they want to be drained. */
  readonly sources: readonly Source[];
  counters(): Readonly<Record<string, number>>;
  /** New homes are walked and marked; a new policy holds for the next open. */
  follow(settings: Settings): void;
  /** Walks everything again. */
  rescan(): void;
  /** Does some of the walking that is due (2 ms). True while there is more. */
  proceed(): boolean;
  /** Holds opens of a file of our own until it is replaced by another or by none. Throws `SystemCallError`. */
  setDecoy(decoy: Decoy | undefined): void;
}

/** Throws `SystemCallError` where the kernel gives no permission group: EPERM without CAP_SYS_ADMIN. */
export function createSecretFiles(options: SecretFilesOptions): SecretFiles {
  const { places, tree, emit } = options;
  const readable = places.filter(({ ops }) => ops.includes('read'));
  const counters = createCounters();
  let named = 0;
  function refused(path: string, code: string): void {
    if (named++ < MAX_NAMED) options.unwatched(path, code);
  }

  const group = createPermissionGroup();
  const marks = createMarks(group, counters, refused);
  const walk = createWalkOrClose();
  let policy: Policy = { mode: 'audit', deny: [] };
  let plan: Plan = planFor([]);
  let isFollowing = false;
  let decoy: Decoy | undefined;

  function createWalkOrClose() {
    try {
      return createWalk(marks, counters, refused);
    } catch (error) {
      close(group);
      throw error;
    }
  }

  function planFor(homes: readonly string[]): Plan {
    const targets = [undefined, ...homes].flatMap((home) => watchPlan(readable, home));
    return {
      level: compilePlan(targets),
      homes: new Set(homes),
      homeList: homes,
      matcher: createSecretMatcher(readable, homes),
    };
  }

  const opens = createHeldOpens({
    ...options,
    group,
    marks,
    walk,
    counters,
    current: () => ({ plan, policy, decoy }),
    settled: createReport(tree, counters, emit),
  });

  return {
    sources: [opens, walk],
    counters: () => ({ ...counters }),
    follow(settings) {
      policy = settings.policy;
      if (isFollowing && isSame(plan.homes, settings.homes)) return;
      isFollowing = true;
      plan = planFor(settings.homes);
      walk.follow(plan);
    },
    rescan: () => walk.follow(plan),
    proceed: () => walk.proceed(),
    setDecoy(next) {
      if (decoy) unmarkDirectory(group, dirname(decoy.path));
      decoy = next;
      if (next) markDirectory(group, dirname(next.path));
    },
  };
}

function isSame(homes: ReadonlySet<string>, others: readonly string[]): boolean {
  return homes.size === new Set(others).size && others.every((home) => homes.has(home));
}

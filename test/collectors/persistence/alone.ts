// The sensor of writes without its thread: its group in the real kernel, a tree in which everybody is a script of `evil`.
import { createPersistence, type Persistence } from '../../../collectors/persistence/index.ts';
import type { Marks } from '../../../collectors/persistence/marks.ts';
import type { Walk } from '../../../collectors/persistence/walk.ts';
import type { Observation, ProcessNode, ProcessTree, Source } from '../../../collectors/sensor/tree.ts';
import { writeCatalogue } from '../../../rules/secrets/index.ts';
import type { Lineage, ProcessInfo } from '../../../schema/process.ts';

const lineage: Lineage = { class: 'L', tree: 'evil', via: 'environment' };

export interface Alone {
  readonly persistence: Persistence;
  /** Action and path of each event. */
  readonly told: readonly string[];
  /** Takes what the kernel has, and walks until there is nothing to walk. */
  read(): void;
}

export function startAlone(home: string): Alone {
  const told: string[] = [];
  const persistence = createPersistence({
    places: writeCatalogue('linux'),
    tree: fakeTree(new Set(['evil'])),
    ownPids: [],
    emit: (event) => event.kind === 'file' && told.push(`${event.action} ${event.path}`),
    unwatched: () => undefined,
    decoyWritten: () => undefined,
  });
  function read(): void {
    for (let turn = 0; turn < 8; turn++) {
      persistence.source.drain();
      while (persistence.proceed());
    }
  }
  persistence.follow([home]);
  read();
  return { persistence, told, read };
}

export function fakeTree(living: ReadonlySet<string>): ProcessTree & { readonly source: Source | undefined } {
  const nodeOf = (pid: number): ProcessNode => ({ pid, parent: undefined, image: '/bin/sh', lineage });
  return {
    source: undefined,
    find: nodeOf,
    actor: nodeOf,
    recall: () => undefined,
    livingTrees: () => living,
    describe: ({ pid }) => processOf(pid, lineage),
  };
}

function processOf(pid: number, of: Lineage): ProcessInfo {
  const startTime = new Date(0).toISOString();
  return { pid, startTime, image: '/bin/sh', commandLine: 'sh', uid: 0, ancestors: [], lineage: of };
}

/** A lifecycle script began. */
export function execOf(tree: string, packageDirectory: string, project: string): Observation {
  return {
    kind: 'process',
    action: 'exec',
    collector: 'processes',
    time: new Date(0).toISOString(),
    monotonic: 0,
    process: processOf(1, { ...lineage, tree, packageDirectory, project }),
  };
}

export const noMarks: Marks = {
  directory: () => true,
  file: () => undefined,
  visitsOf: () => [],
  fileOf: () => undefined,
  gone: () => undefined,
  release: () => undefined,
};

export const noWalk: Walk = {
  begin: () => undefined,
  examine: () => undefined,
  proceed: () => false,
  end: () => undefined,
};

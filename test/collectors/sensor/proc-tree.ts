// A process tree that remembers nothing: it reads /proc when it is asked. Who has LIFEGUARD_TEST_CLASS in its environment
// is package code.
import { readFileSync, readlinkSync } from 'node:fs';
import type { SensorTree } from '../../../collectors/sensor/thread.ts';
import type { ProcessNode } from '../../../collectors/sensor/tree.ts';
import type { Lineage } from '../../../schema/process.ts';

export function createProcTree(): SensorTree {
  return {
    source: undefined,
    counters: () => ({}),
    find: (pid) => nodeOf(pid, 0),
    recall: () => undefined,
    actor: (pid) => nodeOf(pid, 0),
    livingTrees: () => new Set<string>(),
    describe: (node) => ({
      pid: node.pid,
      startTime: new Date(0).toISOString(),
      image: node.image,
      commandLine: '',
      uid: 0,
      ancestors: [],
      ...(node.lineage && { lineage: node.lineage }),
    }),
  };
}

function nodeOf(pid: number, depth: number): ProcessNode | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return {
      pid,
      parent: depth < 4 && parent > 0 ? nodeOf(parent, depth + 1) : undefined,
      image: readlinkSync(`/proc/${pid}/exe`),
      lineage: lineageOf(/(?:^|\0)LIFEGUARD_TEST_CLASS=([LPJIG])/.exec(environment)?.[1]),
    };
  } catch {
    return undefined;
  }
}

function lineageOf(name: string | undefined): Lineage | undefined {
  return name === undefined
    ? undefined
    : { class: name as Lineage['class'], tree: 'test', via: 'environment' };
}

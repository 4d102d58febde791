// The processes of an alert as one tree: the process that is blamed, those of the evidence, and all their ancestors.
import type { Alert } from '../../schema/alert.ts';
import type { Event } from '../../schema/event.ts';
import type { Ancestor, ProcessInfo } from '../../schema/process.ts';

export interface ChainNode {
  readonly process: Ancestor;
  /** What it did, in order of time. */
  readonly events: Event[];
  readonly children: ChainNode[];
  /** The process that the alert is about. */
  readonly blamed: boolean;
}

/** Roots of the tree, usually one. A process is one by pid and start time. */
export function chainOf(alert: Alert): readonly ChainNode[] {
  const nodes = new Map<string, ChainNode>();
  const parents = new Map<string, string>();
  const blamed = alert.process && key(alert.process);

  function add(info: Omit<ProcessInfo, 'lineage'>): ChainNode {
    const line = [info, ...info.ancestors];
    for (const [index, process] of line.entries()) {
      const parent = line[index + 1];
      if (parent) parents.set(key(process), key(parent));
      if (!nodes.has(key(process)))
        nodes.set(key(process), { process, events: [], children: [], blamed: key(process) === blamed });
    }
    return nodes.get(key(info)) as ChainNode;
  }

  if (alert.process) add(alert.process);
  for (const event of inOrder(alert.evidence)) if (event.process) add(event.process).events.push(event);

  const roots: ChainNode[] = [];
  for (const [name, node] of nodes) {
    const parent = leadsBack(name, parents) ? undefined : nodes.get(parents.get(name) ?? '');
    (parent?.children ?? roots).push(node);
  }
  return roots;
}

export function inOrder(events: readonly Event[]): readonly Event[] {
  return events.toSorted((a, b) => a.monotonic - b.monotonic);
}

function key({ pid, startTime }: Ancestor): string {
  return `${pid} ${startTime}`;
}

/** Evidence that contradicts itself could make a process its own ancestor. */
function leadsBack(name: string, parents: ReadonlyMap<string, string>): boolean {
  const seen = new Set([name]);
  for (let at = parents.get(name); at !== undefined; at = parents.get(at)) {
    if (at === name) return true;
    if (seen.has(at)) return false;
    seen.add(at);
  }
  return false;
}

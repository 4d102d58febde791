// One process as the tree remembers it. Children point at their parent, so ancestry outlives it.
import type { ProcessNode } from '../sensor/tree.ts';
import type { Lineage } from '../../schema/process.ts';
import type { ManagerRole } from './evidence.ts';

/** Generations kept above a process. A chain of forks that each exit would grow without end. */
const MAX_DEPTH = 96;
/** Nearest generations kept when a chain is cut; the rest goes straight to the root of the tree. */
const KEPT = 48;

export class TreeNode implements ProcessNode {
  readonly pid: number;
  /** µs since boot, suspend included. */
  readonly start: number;
  parent: TreeNode | undefined;
  depth: number;
  image = '';
  commandLine = '';
  mainScript: string | undefined;
  /** Working directory at the last exec. */
  directory = '';
  uid = -1;
  lineage: Lineage | undefined;
  manager: ManagerRole | undefined;
  /** Replaced its image since it was forked. */
  executed = false;
  /** What it runs could not be read: neither its environment nor its arguments are known. A forked child inherits that. */
  unread = false;
  /** When its image was last looked at, µs on the monotonic clock. */
  readAt = 0;
  /** The manager, where the image looked at was the first of a child that it forked. */
  first: ManagerRole | undefined;
  /** Its parent is not proven: a sibling may have cloned it with CLONE_PARENT. */
  unproven = false;
  /** When `readAt` was, it ran another image than that parent. Without an exec before then, the parent did not fork it. */
  foreign = false;
  /** Its first thread ended. Others may live on, or another thread's exec may bring it back. */
  dead = false;
  /** Where this image's stack began; always known of package code, which may be gone when it is asked for. */
  stack: string | undefined;
  /** Live children (as the kernel has them) that are class L or P. */
  packageChildren: Set<TreeNode> | undefined;
  /** The process that holds this one in `packageChildren`. */
  holder: TreeNode | undefined;

  constructor(pid: number, start: number, parent: TreeNode | undefined) {
    this.pid = pid;
    this.start = start;
    this.parent = parent;
    this.depth = parent ? parent.depth + 1 : 0;
    if (this.depth > MAX_DEPTH) shorten(this);
  }
}

/** A forked child runs what its parent runs. */
export function forkNode(parent: TreeNode, pid: number, start: number): TreeNode {
  const child = new TreeNode(pid, start, parent);
  child.image = parent.image;
  child.commandLine = parent.commandLine;
  child.mainScript = parent.mainScript;
  child.directory = parent.directory;
  child.uid = parent.uid;
  child.unread = parent.unread;
  child.foreign = parent.foreign;
  child.readAt = parent.readAt;
  child.stack = parent.stack;
  child.lineage = inherited(parent.lineage);
  return child;
}

const copies = new WeakMap<Lineage, Lineage>();

/** The same lineage, learnt from the parent. One object for all heirs. */
export function inherited(lineage: Lineage | undefined): Lineage | undefined {
  if (lineage === undefined || lineage.via === 'inherited') return lineage;
  let copy = copies.get(lineage);
  if (!copy) {
    copy = { ...lineage, via: 'inherited' };
    copies.set(lineage, copy);
  }
  return copy;
}

/** Keeps the nearest generations and the eldest, and forgets what lies between. */
function shorten(node: TreeNode): void {
  let last: TreeNode = node;
  for (let count = 0; count < KEPT && last.parent; count++) last = last.parent;
  let eldest = last;
  for (let count = 0; count < MAX_DEPTH && eldest.parent && eldest.depth > KEPT / 2; count++)
    eldest = eldest.parent;
  if (eldest !== last) last.parent = eldest;
  const path: TreeNode[] = [];
  for (let at: TreeNode = node; at !== eldest && at.parent; at = at.parent) path.push(at);
  for (const at of path.toReversed()) at.depth = (at.parent?.depth ?? -1) + 1;
}

export function isPackageCode(node: TreeNode): boolean {
  return node.lineage?.class === 'L' || node.lineage?.class === 'P';
}

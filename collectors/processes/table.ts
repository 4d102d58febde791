// Pids to nodes. The dead stay for a while: events about them may still come, and orphans name them as parents.
import type { Lineage } from '../../schema/process.ts';
import { readStat } from '../../platform/linux/procfs.ts';
import { type TreeNode, isPackageCode } from './node.ts';

const MAX_DEAD = 1024;
/** Beyond this many, processes without a lineage are looked up when they are asked for. */
const MAX_NODES = 32_768;
/** A message about a fork and the start time in /proc (in steps of 10 ms) lie this close together, µs. */
const SAME_START = 60_000;

export class ProcessTable {
  readonly #nodes = new Map<number, TreeNode>();
  readonly #dead = new Set<TreeNode>();
  /** Processes that were not kept for want of room. */
  untracked = 0;

  get size(): number {
    return this.#nodes.size;
  }

  get(pid: number): TreeNode | undefined {
    return this.#nodes.get(pid);
  }

  all(): IterableIterator<TreeNode> {
    return this.#nodes.values();
  }

  add(node: TreeNode): void {
    const previous = this.#nodes.get(node.pid);
    if (previous) this.forget(previous);
    if (this.#nodes.size >= MAX_NODES && node.lineage === undefined) {
      this.untracked++;
      return;
    }
    this.#nodes.set(node.pid, node);
  }

  /** Sets or takes away a lineage, and keeps the parent's list of package children. */
  setLineage(node: TreeNode, lineage: Lineage | undefined, holder = node.holder ?? node.parent): void {
    node.lineage = lineage;
    if (isPackageCode(node) && !node.dead) hold(holder, node);
    else release(node);
  }

  /** Returns true where this is news. */
  markDead(node: TreeNode): boolean {
    if (node.dead) return false;
    node.dead = true;
    this.#dead.add(node);
    release(node);
    this.#handOver(node);
    while (this.#dead.size > MAX_DEAD) {
      const [oldest] = this.#dead;
      if (!oldest) break;
      this.#dead.delete(oldest);
      // Its first thread may have ended alone; such a process must not lose its lineage by waiting.
      if (isPackageCode(oldest) && isSame(oldest)) this.revive(oldest);
      else this.forget(oldest);
    }
    return true;
  }

  revive(node: TreeNode): void {
    if (!node.dead) return;
    node.dead = false;
    this.#dead.delete(node);
    this.setLineage(node, node.lineage);
  }

  forget(node: TreeNode): void {
    this.#dead.delete(node);
    release(node);
    if (this.#nodes.get(node.pid) === node) this.#nodes.delete(node.pid);
  }

  /** Orphans go to the nearest subreaper or to init, which then is their kernel parent. */
  #handOver(node: TreeNode): void {
    const orphans = node.packageChildren;
    node.packageChildren = undefined;
    if (!orphans) return;
    let reaper: TreeNode | undefined;
    for (const orphan of orphans) {
      orphan.holder = undefined;
      reaper ??= this.#nodes.get(readStat(orphan.pid)?.parent ?? 0);
    }
    // None could be asked any more: what they cloned in the meantime still names the reaper as its parent.
    if (!reaper || reaper === node) reaper = this.#likelyReaper(node);
    for (const orphan of orphans) hold(reaper, orphan);
  }

  #likelyReaper(node: TreeNode): TreeNode | undefined {
    for (let at = node.parent; at; at = at.parent) if (!at.dead && at.image.endsWith('/systemd')) return at;
    return this.#nodes.get(1);
  }
}

/** Whether the process of this node still runs: the same start time, and more than a zombie. */
export function isSame(node: TreeNode): boolean {
  const stat = readStat(node.pid);
  if (!stat || Math.abs(stat.start - node.start) > SAME_START) return false;
  return stat.state !== 'Z' || stat.threads > 1;
}

export function sameStart(node: TreeNode, start: number): boolean {
  return Math.abs(node.start - start) <= SAME_START;
}

function hold(holder: TreeNode | undefined, child: TreeNode): void {
  if (child.holder === holder) return;
  release(child);
  if (!holder) return;
  holder.packageChildren ??= new Set();
  holder.packageChildren.add(child);
  child.holder = holder;
}

function release(node: TreeNode): void {
  node.holder?.packageChildren?.delete(node);
  if (node.holder?.packageChildren?.size === 0) node.holder.packageChildren = undefined;
  node.holder = undefined;
}

// Who really forked. With clone(CLONE_PARENT) the kernel names the parent of the process that cloned, so package code could
// make itself a sibling: a child of the package manager, or after a double fork of init. A forked child still has the stack
// address of the image that forked it, which is random for every exec.
import { readImage, readStat } from '../../platform/linux/procfs.ts';
import type { TreeNode } from './node.ts';

/** At most this many siblings are compared. */
const MAX_SIBLINGS = 64;

export type Forker =
  | { readonly proof: 'parent' }
  | { readonly proof: 'sibling'; readonly node: TreeNode }
  /** Another image than the parent's: somebody else forked it, or it replaced its image already. */
  | { readonly proof: 'other' }
  | { readonly proof: 'none' };

/** Asked only where `parent` has package code among its children and is none itself. */
export function whoForked(parent: TreeNode, child: number): Forker {
  const stack = readStat(child)?.stack;
  const own = stackOf(parent);
  if (stack === undefined || stack === '0' || own === undefined) return { proof: 'none' };
  if (own === stack) return { proof: 'parent' };
  let compared = 0;
  for (const sibling of parent.packageChildren ?? []) {
    if (compared++ >= MAX_SIBLINGS) break;
    if (stackOf(sibling) === stack) return { proof: 'sibling', node: sibling };
  }
  return { proof: 'other' };
}

/** Of the image that we know; undefined where the process has replaced it and the message of that is still to come. */
function stackOf(node: TreeNode): string | undefined {
  if (node.stack === undefined && readImage(node.pid) === (node.image || undefined)) {
    node.stack = readStat(node.pid)?.stack;
  }
  return node.stack;
}

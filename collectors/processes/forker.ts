// Who really forked. With clone(CLONE_PARENT) the kernel names the parent of the process that cloned, so package code could
// make itself a sibling: a child of the package manager, or after a double fork of init. A forked child still has the stack
// address of the image that forked it, which is random for every exec.
import { readStat } from '../../platform/linux/procfs.ts';
import type { TreeNode } from './node.ts';

/** At most this many siblings are compared. */
const MAX_SIBLINGS = 64;

export type Forker =
  | { readonly proof: 'parent' }
  | { readonly proof: 'sibling'; readonly node: TreeNode }
  | { readonly proof: 'none' };

/** Asked only where `parent` has package code among its children and is none itself. */
export function whoForked(parent: TreeNode, child: number): Forker {
  const stack = readStat(child)?.stack;
  if (stack === undefined || stack === '0') return { proof: 'none' };
  if (stackOf(parent) === stack) return { proof: 'parent' };
  let compared = 0;
  for (const sibling of parent.packageChildren ?? []) {
    if (compared++ >= MAX_SIBLINGS) break;
    if (stackOf(sibling) === stack) return { proof: 'sibling', node: sibling };
  }
  // It runs another program by now, or was gone.
  return { proof: 'none' };
}

function stackOf(node: TreeNode): string | undefined {
  node.stack ??= readStat(node.pid)?.stack;
  return node.stack;
}

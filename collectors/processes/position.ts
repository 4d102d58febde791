// Where a process stands in the tree, for the classifier.
import type { Lineage } from '../../schema/process.ts';
import type { ManagerRole, Position } from './evidence.ts';
import { type TreeNode, isPackageCode } from './node.ts';

/** Generations that are looked at. */
export const MAX_ANCESTRY = 64;

/** The manager whose child's first program this is, and whether that program was replaced before it was read. */
export interface First {
  readonly manager: ManagerRole | undefined;
  readonly late: boolean;
}

/** `tree` identifies the tree of which it would be the root; `before` is its lineage until now. */
export function positionOf(
  node: TreeNode,
  tree: string,
  before: Lineage | undefined,
  { manager, late }: First,
  witnessed = true,
): Position {
  let missedBetween = false;
  let above = node.parent;
  for (let count = 0; above && !above.manager && !isPackageCode(above) && count < MAX_ANCESTRY; count++) {
    if (above.image === '' && above.executed) missedBetween = true;
    above = above.parent;
  }
  return {
    inherited: before,
    tree,
    startedByManager: manager,
    late,
    managerAbove: above && !isPackageCode(above) ? above.manager : undefined,
    missedBetween,
    witnessed,
  };
}

/** The manager whose child this is; a child that was forked by one that could not be read still runs what that one ran. */
export function managerThatStarted(node: TreeNode): ManagerRole | undefined {
  let at = node;
  for (let count = 0; at.unread && !at.executed && at.parent && count < MAX_ANCESTRY; count++) at = at.parent;
  return at.parent?.manager;
}

// A node in the words of the schema.
import type { Ancestor, ProcessInfo } from '../../schema/process.ts';
import { MAX_PATH, MAX_TEXT } from '../../schema/primitives.ts';
import type { TreeNode } from './node.ts';

const MAX_ANCESTORS = 32;

/** `bootedAt`: ms since 1970 at which this machine started. */
export function describeNode(node: TreeNode, bootedAt: number): ProcessInfo {
  const ancestors: Ancestor[] = [];
  for (let at = node.parent; at && ancestors.length < MAX_ANCESTORS; at = at.parent)
    ancestors.push(identify(at, bootedAt));
  return {
    ...identify(node, bootedAt),
    ...(node.directory !== '' && { workingDirectory: node.directory }),
    uid: node.uid,
    ancestors,
    ...(node.lineage && { lineage: node.lineage }),
  };
}

function identify(node: TreeNode, bootedAt: number): Ancestor {
  return {
    pid: node.pid,
    startTime: new Date(bootedAt + node.start / 1000).toISOString(),
    image: node.image,
    commandLine: node.commandLine,
  };
}

/** Longest command line kept of a process that nobody suspects. */
const PLAIN_TEXT = 1024;

/** One line of the arguments, copied when it is cut so that the long original is not kept alive by its part. */
export function commandLine(words: readonly string[], suspected: boolean): string {
  const limit = suspected ? MAX_TEXT : PLAIN_TEXT;
  const line = words.join(' ').trimEnd();
  return line.length <= limit ? line : `${Buffer.from(line.slice(0, limit - 1)).toString()}…`;
}

/** Paths longer than Linux allows cannot come from it; this only bounds what a decoder may have made longer. */
export function boundedPath(path: string): string {
  return path.length <= MAX_PATH ? path : path.slice(0, MAX_PATH);
}

// YAML text → its documents.
import type { RuleFault } from '../problem.ts';
import { readBlocks } from './block.ts';
import { readWithLibrary } from './library.ts';
import type { Node } from './node.ts';

/** One result a document: its tree, undefined when it is empty, or what is wrong with it. */
export function readYaml(text: string): readonly (Node | undefined | RuleFault)[] {
  return readBlocks(text) ?? readWithLibrary(text);
}

import { statSync } from 'node:fs';
import { readLink } from '../../platform/linux/descriptor.ts';
import type { Reader } from '../../rules/secrets/index.ts';
import type { ProcessNode } from '../sensor/tree.ts';

const MAX_PARENTS = 16;

/** Who asks for an open, as the tree knows it. */
export function readerOf(node: ProcessNode, image: string = node.image): Reader {
  const parents: string[] = [];
  for (let at = node.parent; at && parents.length < MAX_PARENTS; at = at.parent) parents.push(at.image);
  const reader = { image, parents };
  return node.mainScript === undefined ? reader : { ...reader, mainScript: node.mainScript };
}

/**
 * The same, to be trusted with a secret. The asking process sleeps meanwhile, so what /proc says of it is true now. `image` is
 * '' where it shows another file under that name than we see (a mount namespace of its own, or the file was replaced).
 */
export function verifiedReader(node: ProcessNode): Reader {
  const link = `/proc/${node.pid}/exe`;
  const image = readLink(link);
  return readerOf(node, image !== undefined && isSameFile(link, image) ? image : '');
}

function isSameFile(a: string, b: string): boolean {
  const one = statSync(a, { bigint: true, throwIfNoEntry: false });
  const other = statSync(b, { bigint: true, throwIfNoEntry: false });
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

import { statSync } from 'node:fs';
import { readLink } from '../../platform/linux/descriptor.ts';
import type { Reader } from '../../rules/secrets/index.ts';
import type { ProcessNode } from '../sensor/tree.ts';

const MAX_PARENTS = 16;

/**
 * Who asks for a held open, as the catalogue wants to know it. The asking process sleeps meanwhile, so what /proc says of
 * it is true now. `image` is '' where a process shows another file under that name than we see (its own mount namespace).
 */
export function readerOf(node: ProcessNode): Reader {
  const parents: string[] = [];
  for (let at = node.parent; at && parents.length < MAX_PARENTS; at = at.parent) parents.push(at.image);
  const reader = { image: verifiedImage(node.pid), parents };
  return node.mainScript === undefined ? reader : { ...reader, mainScript: node.mainScript };
}

function verifiedImage(pid: number): string {
  const link = `/proc/${pid}/exe`;
  const image = readLink(link);
  if (image === undefined) return '';
  const running = statSync(link, { bigint: true, throwIfNoEntry: false });
  const ours = statSync(image, { bigint: true, throwIfNoEntry: false });
  return running && ours && running.ino === ours.ino && running.dev === ours.dev ? image : '';
}

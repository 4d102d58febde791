// Reads the keys of a document, each with the type that the specification gives it.
import { RuleFault } from '../problem.ts';
import { describe, entry, type MappingNode, type Node } from '../yaml/node.ts';

/** Text of a key. Numbers and booleans are taken as written; absent and empty are undefined. */
export function readText(map: MappingNode, key: string, limit = 65_535): string | undefined {
  const found = entry(map, key)?.value;
  if (!found || (found.kind === 'scalar' && found.value === null)) return undefined;
  if (found.kind !== 'scalar') throw wrong(key, found, 'text');
  if (found.source.length > limit)
    throw new RuleFault('E_RULE_LIMIT', found.offset, `${key} is longer than ${limit} characters`);
  return found.source;
}

export function requireText(map: MappingNode, key: string, limit?: number): string {
  const text = readText(map, key, limit);
  if (text !== undefined) return text;
  throw missing(map, key);
}

export function requireMap(map: MappingNode, key: string): MappingNode {
  const found = entry(map, key)?.value;
  if (!found) throw missing(map, key);
  if (found.kind !== 'mapping') throw wrong(key, found, 'a map');
  return found;
}

/** A list of texts; a single text is a list of one where the caller allows it. */
export function readTexts(map: MappingNode, key: string, single: boolean): readonly string[] | undefined {
  const found = entry(map, key)?.value;
  if (!found || (found.kind === 'scalar' && found.value === null)) return undefined;
  if (single && found.kind === 'scalar') return [found.source];
  if (found.kind !== 'sequence') throw wrong(key, found, 'a list of texts');
  return found.items.map((item) => {
    if (item.kind === 'scalar' && item.value !== null) return item.source;
    throw wrong(`an item of ${key}`, item, 'text');
  });
}

export function readChoice<T extends string>(
  map: MappingNode,
  key: string,
  choices: readonly T[],
): T | undefined {
  const text = readText(map, key);
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  const offset = entry(map, key)?.value.offset ?? map.offset;
  throw new RuleFault(
    'E_RULE_VALUE',
    offset,
    `${key} is ${JSON.stringify(text)}, expected one of ${choices.join(', ')}`,
  );
}

export function readBoolean(map: MappingNode, key: string): boolean | undefined {
  const found = entry(map, key)?.value;
  if (!found) return undefined;
  if (found.kind === 'scalar' && typeof found.value === 'boolean') return found.value;
  throw wrong(key, found, 'true or false');
}

export function wrong(what: string, found: Node, expected: string): RuleFault {
  return new RuleFault('E_RULE_TYPE', found.offset, `${what} is ${describe(found)}, expected ${expected}`);
}

export function missing(map: MappingNode, key: string): RuleFault {
  return new RuleFault('E_RULE_MISSING', map.offset, `${key} is missing`, `add ${key}:`);
}

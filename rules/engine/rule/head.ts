// Title, id, level and the rest of what every document has. A slip in what only people read is a warning.
import { level } from '../../../schema/primitives.ts';
import { RuleFault } from '../problem.ts';
import { entry, type MappingNode } from '../yaml/node.ts';
import { readChoice, readText, readTexts, requireText } from './fields.ts';
import type { RuleHead } from './rule.ts';

export type Warn = (code: `W_${string}`, offset: number, message: string, hint: string) => void;

const statuses = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];
const tagForm = /^[a-z0-9_-]+\.[a-z0-9._-]+$/;
const dateForm = /^\d{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])$/;
const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function readHead(
  root: MappingNode,
  place: Pick<RuleHead, 'file' | 'line' | 'offset' | 'text'>,
  warn: Warn,
): RuleHead {
  const title = requireText(root, 'title', 256);
  if (title === '') throw new RuleFault('E_RULE_VALUE', root.offset, 'title is empty');
  const name = readText(root, 'name', 256);
  const id = readText(root, 'id', 256);
  checkTaste(root, id, warn);
  return {
    id: id || name || title,
    title,
    name,
    level: readChoice(root, 'level', level.options),
    status: readText(root, 'status'),
    tags: readTexts(root, 'tags', false) ?? [],
    fields: readTexts(root, 'fields', true) ?? [],
    custom: readCustom(root),
    ...place,
  };
}

function checkTaste(root: MappingNode, id: string | undefined, warn: Warn): void {
  const at = (key: string): number => entry(root, key)?.value.offset ?? root.offset;
  if (id !== undefined && !uuidForm.test(id))
    warn('W_ID', at('id'), `id ${JSON.stringify(id)} is no UUID`, 'use a random UUID');
  const status = readText(root, 'status');
  if (status !== undefined && !statuses.includes(status))
    warn(
      'W_STATUS',
      at('status'),
      `status is ${JSON.stringify(status)}`,
      `use one of ${statuses.join(', ')}`,
    );
  for (const key of ['date', 'modified']) {
    const date = readText(root, key);
    if (date !== undefined && !dateForm.test(date))
      warn('W_DATE', at(key), `${key} is ${JSON.stringify(date)}`, 'write it as YYYY-MM-DD');
  }
  for (const tag of readTexts(root, 'tags', false) ?? [])
    if (!tagForm.test(tag))
      warn('W_TAG', at('tags'), `tag ${JSON.stringify(tag)}`, 'write it as namespace.name');
  for (const key of ['description', 'author', 'license']) readText(root, key);
}

/** `lifeguard: { summary: …, attackVersion: … }`: the keys that are ours. */
function readCustom(root: MappingNode): ReadonlyMap<string, string> {
  const own = entry(root, 'lifeguard')?.value;
  const custom = new Map<string, string>();
  if (own?.kind !== 'mapping') return custom;
  for (const { key, value } of own.entries) if (value.kind === 'scalar') custom.set(key, value.source);
  return custom;
}

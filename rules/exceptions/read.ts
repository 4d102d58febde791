// Reads `exceptions:` documents. Whatever is unclear keeps an exception out: it would hide alerts.
import { parseNetwork } from '../engine/match/network.ts';
import { type Problem, RuleFault } from '../engine/problem.ts';
import { missing, readText, readTexts, requireText, wrong } from '../engine/rule/fields.ts';
import { entry, type MappingNode, type Node, position } from '../engine/yaml/node.ts';
import { readYaml } from '../engine/yaml/read.ts';
import type { Exception } from './exception.ts';
import { parseRange } from './range.ts';

export interface ReadExceptions {
  readonly exceptions: readonly Exception[];
  readonly problems: readonly Problem[];
}

const keys = [
  'id',
  'owner',
  'reason',
  'expires',
  'rule',
  'package',
  'versions',
  'integrity',
  'secret',
  'destination',
  'project',
  'user',
];

export function readExceptions(text: string, file: string): ReadExceptions {
  const exceptions: Exception[] = [];
  const problems: Problem[] = [];
  for (const root of readYaml(text)) {
    if (root === undefined || root instanceof RuleFault || root.kind !== 'mapping') continue;
    const list = entry(root, 'exceptions')?.value;
    if (!list) continue;
    for (const item of list.kind === 'sequence' ? list.items : [list]) {
      try {
        const read = readException(item, text, file);
        if (exceptions.some(({ id }) => id === read.id))
          throw new RuleFault('E_EXCEPTION', item.offset, `the id ${read.id} is there twice`);
        exceptions.push(read);
      } catch (fault) {
        if (!(fault instanceof RuleFault)) throw fault;
        const hint = fault.hint === undefined ? {} : { hint: fault.hint };
        const place = position(text, fault.offset);
        problems.push({ ...place, code: fault.code, severity: 'error', message: fault.message, ...hint });
      }
    }
  }
  return { exceptions, problems };
}

function readException(item: Node, text: string, file: string): Exception {
  if (item.kind !== 'mapping')
    throw wrong('an exception', item, 'a map with id, owner, reason, expires and a scope');
  for (const { key, offset } of item.entries)
    if (!keys.includes(key))
      throw new RuleFault('E_EXCEPTION', offset, `unknown key ${key}`, `known are ${keys.join(', ')}`);
  const exception: Exception = {
    id: filled(item, 'id'),
    owner: filled(item, 'owner'),
    reason: filled(item, 'reason'),
    expires: readExpiry(item),
    rules: readTexts(item, 'rule', true),
    purl: readPurl(item),
    versions: readVersions(item),
    integrity: readText(item, 'integrity', 512),
    secrets: readTexts(item, 'secret', true),
    destinations: readDestinations(item),
    project: readText(item, 'project', 4096),
    user: readText(item, 'user', 512),
    file,
    line: position(text, item.offset).line,
  };
  checkScope(item, exception);
  return exception;
}

function checkScope(item: MappingNode, { rules, purl, versions, integrity }: Exception): void {
  if (purl !== undefined && versions === undefined && integrity === undefined)
    throw new RuleFault(
      'E_EXCEPTION',
      entry(item, 'package')?.offset ?? item.offset,
      'a package by its name alone: the next version may be an attacker’s',
      'add versions: or integrity:',
    );
  if (purl === undefined && (versions !== undefined || integrity !== undefined))
    throw missing(item, 'package');
  if (purl === undefined && rules === undefined)
    throw new RuleFault(
      'E_EXCEPTION',
      item.offset,
      'holds for every rule and package',
      'add rule: or package:',
    );
}

function filled(item: MappingNode, key: string): string {
  const text = requireText(item, key, 1024);
  if (text.trim() !== '') return text;
  throw new RuleFault('E_EXCEPTION', entry(item, key)?.offset ?? item.offset, `${key} is empty`);
}

function readExpiry(item: MappingNode): number {
  const text = requireText(item, 'expires', 64);
  // A day ends with it.
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T23:59:59.999Z`) : Date.parse(text);
  if (/^\d{4}-/.test(text) && !Number.isNaN(time)) return time;
  const offset = entry(item, 'expires')?.value.offset ?? item.offset;
  throw new RuleFault(
    'E_EXCEPTION',
    offset,
    `expires is ${JSON.stringify(text)}, expected a day such as 2027-03-31`,
  );
}

function readPurl(item: MappingNode): string | undefined {
  const purl = readText(item, 'package', 512);
  if (purl === undefined || /^pkg:[a-z]+\/(%40[^/@\s]+\/)?[^/@\s]+$/.test(purl)) return purl;
  const offset = entry(item, 'package')?.value.offset ?? item.offset;
  throw new RuleFault(
    'E_EXCEPTION',
    offset,
    `package is ${JSON.stringify(purl)}, expected a package URL without a version`,
    'write pkg:npm/name or pkg:npm/%40scope/name, and versions: beside it',
  );
}

function readVersions(item: MappingNode): Exception['versions'] {
  const text = readText(item, 'versions', 512);
  if (text === undefined) return undefined;
  const range = parseRange(text);
  if (range) return range;
  const offset = entry(item, 'versions')?.value.offset ?? item.offset;
  throw new RuleFault(
    'E_EXCEPTION',
    offset,
    `versions is ${JSON.stringify(text)}, expected a range that ends`,
    'write 1.2.3, ^1.2 or >=1.2 <2',
  );
}

function readDestinations(item: MappingNode): readonly string[] | undefined {
  const destinations = readTexts(item, 'destination', true);
  for (const destination of destinations ?? [])
    if (
      !parseNetwork(destination) &&
      !/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(destination) &&
      destination !== 'localhost'
    )
      throw new RuleFault(
        'E_EXCEPTION',
        entry(item, 'destination')?.offset ?? item.offset,
        `destination ${JSON.stringify(destination)} is neither a host name nor a network`,
      );
  return destinations;
}

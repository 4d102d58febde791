// Lockfiles of a hostile repository: whatever stands in them, a parser gives packages or a LockfileError, in bounded time.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseBunLock } from '../../../collectors/node-modules/lockfiles/bun.ts';
import { LockfileError } from '../../../collectors/node-modules/lockfiles/lockfile.ts';
import type { Lockfile } from '../../../collectors/node-modules/lockfiles/lockfile.ts';
import { isInside, isPackageName, isVersion } from '../../../collectors/node-modules/lockfiles/name.ts';
import { parseNpmLock } from '../../../collectors/node-modules/lockfiles/npm.ts';
import { parsePnpmLock } from '../../../collectors/node-modules/lockfiles/pnpm.ts';
import { parseYarnBerryLock } from '../../../collectors/node-modules/lockfiles/yarn-berry.ts';
import {
  isInstalled,
  parseYarnClassicLock,
} from '../../../collectors/node-modules/lockfiles/yarn-classic.ts';
import { Table } from '../../../collectors/node-modules/table.ts';

/** What is not the YAML of a package manager goes through the general parser, which is slow: fewer rounds there. */
const ROUNDS = { json: 3000, lines: 3000, yaml: 500 } as const;
/** CPU ms a round may take at the median of the whole run; an installed fixture takes about 0.1. */
const MAX_CPU_PER_ROUND = 10;

const state = fixture('yarn-4', 'yarn-state.yml');
const parsers: readonly {
  name: string;
  kind: keyof typeof ROUNDS;
  text: string;
  parse: (text: string) => Lockfile | boolean;
}[] = [
  {
    name: 'npm',
    kind: 'json',
    text: fixture('npm', 'package-lock.json'),
    parse: (text) => parseNpmLock(text, new Map([['alpha', '1']])),
  },
  { name: 'pnpm 8', kind: 'yaml', text: fixture('pnpm-8', 'lock.yaml'), parse: parsePnpmLock },
  { name: 'pnpm 12', kind: 'yaml', text: fixture('pnpm-12', 'lock.yaml'), parse: parsePnpmLock },
  {
    name: 'yarn 1',
    kind: 'lines',
    text: fixture('yarn-1', 'yarn.lock'),
    parse: (text) => parseYarnClassicLock(text, new Map([['alpha', '^1.0.0']])),
  },
  {
    name: 'yarn 1, integrity',
    kind: 'json',
    text: fixture('yarn-1', 'yarn-integrity.json'),
    parse: (text) => isInstalled(fixture('yarn-1', 'yarn.lock'), text),
  },
  {
    name: 'yarn 4',
    kind: 'yaml',
    text: fixture('yarn-4', 'yarn.lock'),
    parse: (text) => parseYarnBerryLock(text, state),
  },
  {
    name: 'yarn 4, state',
    kind: 'yaml',
    text: state,
    parse: (text) => parseYarnBerryLock(fixture('yarn-4', 'yarn.lock'), text),
  },
  { name: 'bun', kind: 'json', text: fixture('bun', 'bun.lock'), parse: parseBunLock },
];

function fixture(...path: string[]): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', ...path), 'utf8');
}

describe('lockfile parsers, fuzzed', () => {
  for (const { name, kind, text, parse } of parsers) {
    const rounds = ROUNDS[kind];
    it(`${name}, ${rounds} mutations`, function () {
      this.timeout(60_000);
      const random = generator(name.length * 7919);
      const started = process.cpuUsage();
      let parsed = 0;
      for (let round = 0; round < rounds; round += 1) {
        const mutated = mutate(text, random);
        try {
          check(parse(mutated));
          parsed += 1;
        } catch (error) {
          assert.ok(error instanceof LockfileError, `${String(error)} for ${JSON.stringify(mutated)}`);
        }
      }
      assert.ok(parsed > 0, 'no mutation was read');
      assert.ok(process.cpuUsage(started).user / 1000 < rounds * MAX_CPU_PER_ROUND);
    });
  }
});

/** What was read holds: names are names, paths stay inside, keys are known, and the table gives all of it back. */
function check(found: Lockfile | boolean): void {
  if (typeof found === 'boolean') return;
  for (const one of found.packages.values()) {
    assert.ok(isPackageName(one.name) && (one.version === '' || isVersion(one.version)));
    assert.ok(one.directory === '' || isInside(one.directory));
  }
  const table = Table.of(found, () => 1);
  const directories = [...found.packages.values()].map(({ directory }) => directory);
  const distinct = new Set(directories.filter((directory) => directory !== '')).size;
  const rows = [...table.rows()];
  assert.equal(rows.length, distinct + directories.filter((directory) => directory === '').length);
  for (const row of rows) assert.ok(table.path(row).length > 0);
}

const pieces = [
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '\n',
  '  ',
  '- ',
  '? ',
  '&a ',
  '*a',
  '!!js ',
  '|',
  '>',
  '#',
  '\\',
  '\\u0000',
  '@',
  '/',
  '..',
  '/../',
  '__proto__',
  'constructor',
  'node_modules/',
  '\u0000',
  '\ud800',
  '😀',
  '\t',
  '//',
  '/*',
  'link:',
  'npm:',
  '(',
  ')',
  '9'.repeat(400),
];

function mutate(text: string, random: (below: number) => number): string {
  let result = text;
  for (let times = random(4) + 1; times > 0; times -= 1) {
    const at = random(result.length + 1);
    const length = random(random(10) === 0 ? 400 : 12);
    const kind = random(5);
    const cut = result.slice(at, at + length);
    if (kind === 0) result = result.slice(0, at) + result.slice(at + length);
    else if (kind === 1) result = result.slice(0, at) + cut + cut + result.slice(at + length);
    else if (kind === 2) result = result.slice(0, at) + pieces[random(pieces.length)] + result.slice(at);
    else if (kind === 3)
      result = result.slice(0, at) + String.fromCodePoint(random(0x3000)) + result.slice(at + 1);
    else {
      const to = random(result.length + 1);
      result = result.slice(0, to) + cut + result.slice(to);
    }
  }
  return result;
}

/** mulberry32: the same mutations every time. */
function generator(seed: number): (below: number) => number {
  let a = seed;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

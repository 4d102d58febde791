// The fixtures were written by the package managers themselves, for one and the same project:
// alpha → beta → gamma@1, @acme/tool → gamma@2 and old (an alias of beta@1.0.0), a tarball file, a URL, a git repository.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseBunLock } from '../../../collectors/node-modules/lockfiles/bun.ts';
import { LockfileError } from '../../../collectors/node-modules/lockfiles/lockfile.ts';
import type { Lockfile, Wanted } from '../../../collectors/node-modules/lockfiles/lockfile.ts';
import { parseNpmLock } from '../../../collectors/node-modules/lockfiles/npm.ts';
import { parsePnpmLock } from '../../../collectors/node-modules/lockfiles/pnpm.ts';
import { parseYarnBerryLock } from '../../../collectors/node-modules/lockfiles/yarn-berry.ts';
import {
  isInstalled,
  parseYarnClassicLock,
} from '../../../collectors/node-modules/lockfiles/yarn-classic.ts';
import { Table } from '../../../collectors/node-modules/table.ts';

const fixtures = join(import.meta.dirname, 'fixtures');

function text(...path: string[]): string {
  return readFileSync(join(fixtures, ...path), 'utf8');
}

function wanted(folder: string): Wanted {
  const manifest = JSON.parse(text(folder, 'package.json')) as Record<string, Record<string, string>>;
  return new Map(Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] }));
}

/** `path > to > name@version`, and where it was asked for when that is not the registry. */
function paths(lockfile: Lockfile): string[] {
  const table = Table.of(lockfile, () => 0);
  const all = [...table.rows()].map((row) => {
    const source = row.source === 'registry' ? '' : ` (${row.source})`;
    return `${table.path(row).join(' > ')}${source}`;
  });
  return [...new Set(all)].sort();
}

const tree = [
  '@acme/tool@3.0.0',
  '@acme/tool@3.0.0 > beta@1.0.0',
  'alpha@1.0.0',
  'alpha@1.0.0 > beta@1.1.0',
  'far@0.1.0 (file)',
  'gamma@1.0.0',
  'gamma@2.0.0',
];
const git = 'gitty@4.5.6 (git)';
const remote = 'remote@1.0.0 (remote)';
const nested = '@acme/tool@3.0.0 > gamma@2.0.0';

const dialects: readonly { name: string; read: () => Lockfile; expected: string[] }[] = [
  {
    name: 'npm, package-lock.json',
    read: () => parseNpmLock(text('npm', 'package-lock.json'), new Map()),
    expected: [...tree, nested, git, remote],
  },
  {
    name: 'npm, hidden lockfile',
    read: () => parseNpmLock(text('npm', 'hidden.json'), wanted('npm')),
    expected: [...tree, nested, git, remote],
  },
  {
    name: 'npm, workspaces',
    read: () => parseNpmLock(text('npm-workspaces', 'hidden.json'), wanted('npm-workspaces')),
    expected: [...tree, nested],
  },
  {
    name: 'pnpm 8, lockfile version 6',
    read: () => parsePnpmLock(text('pnpm-8', 'lock.yaml')),
    expected: [...tree, remote],
  },
  {
    name: 'pnpm 12, lockfile version 9',
    read: () => parsePnpmLock(text('pnpm-12', 'lock.yaml')),
    expected: [...tree, git, remote],
  },
  {
    name: 'yarn 1',
    read: () => parseYarnClassicLock(text('yarn-1', 'yarn.lock'), wanted('yarn-1')),
    expected: [...tree, nested, git, remote],
  },
  {
    name: 'yarn 4',
    read: () => parseYarnBerryLock(text('yarn-4', 'yarn.lock'), text('yarn-4', 'yarn-state.yml')),
    expected: [...tree, remote],
  },
  {
    name: 'yarn 4, Plug’n’Play',
    read: () => parseYarnBerryLock(text('yarn-4', 'yarn.lock')),
    expected: [...tree, remote],
  },
];

describe('lockfiles', () => {
  for (const { name, read, expected } of dialects) {
    it(name, () => {
      const lockfile = read();
      assert.equal(lockfile.refused, 0);
      assert.deepEqual(paths(lockfile), [...expected].sort());
      for (const one of lockfile.packages.values()) {
        if (one.source === 'registry') assert.match(one.integrity, /^(?:sha512-|10c0\/)/);
      }
    });
  }

  it('bun, where beta is hoisted in one version and files have no version', () => {
    const expected = [
      '@acme/tool@3.0.0',
      '@acme/tool@3.0.0 > beta@1.0.0',
      nested,
      'alpha@1.0.0',
      'alpha@1.0.0 > beta@1.0.0',
    ];
    const others = ['gamma@1.0.0', 'gamma@2.0.0'];
    const found = paths(parseBunLock(text('bun', 'bun.lock')));
    assert.deepEqual(
      found.filter((path) => !path.includes('0.0.0-unknown') && !path.includes('(')),
      [...expected, ...others],
    );
    assert.deepEqual(
      found.filter((path) => path.includes('(')),
      ['far@0.0.0-unknown (file)', 'gitty@0.0.0-unknown (git)', 'remote@0.0.0-unknown (remote)'],
    );
  });

  it('bun, workspaces', () => {
    const { packages } = parseBunLock(text('bun-workspaces', 'bun.lock'));
    assert.equal(packages.get('packages/app/node_modules/gamma')?.version, '2.0.0');
    assert.equal(packages.has('node_modules/app'), false);
  });

  it('yarn 4, one entry for each place', () => {
    const { packages } = parseYarnBerryLock(text('yarn-4', 'yarn.lock'), text('yarn-4', 'yarn-state.yml'));
    const places = [...packages.values()].filter(
      ({ name, version }) => name === 'gamma' && version === '2.0.0',
    );
    assert.deepEqual(places.map(({ directory }) => directory).sort(), [
      'node_modules/@acme/tool/node_modules/gamma',
      'node_modules/alias',
    ]);
  });

  it('yarn 1, an integrity file of another install', () => {
    const lock = text('yarn-1', 'yarn.lock');
    assert.equal(isInstalled(lock, text('yarn-1', 'yarn-integrity.json')), true);
    assert.equal(
      isInstalled(lock.replaceAll('beta/-/1.1.0', 'beta/-/1.2.0'), text('yarn-1', 'yarn-integrity.json')),
      false,
    );
  });

  const specifiers: readonly [string, string][] = [
    ['https://github.com/a/b.git', 'git'],
    ['git+ssh://git@github.com/a/b.git#main', 'git'],
    ['github:a/b#8f0c', 'git'],
    ['a/b', 'git'],
    ['git@github.com:a/b.git', 'git'],
    ['https://codeload.github.com/a/b/tar.gz/8f0c', 'git'],
    ['http://203.0.113.7/npm/unused-imports', 'remote'],
    ['https://example.com/x.tgz', 'remote'],
    ['file:../x.tgz', 'file'],
    ['./x', 'file'],
    ['npm:real@^1.0.0', 'registry'],
    ['^1.0.0', 'registry'],
    ['latest', 'registry'],
    ['1.x || >=2', 'registry'],
  ];
  for (const [spec, source] of specifiers) {
    it(`npm, a dependency on ${spec} is one from ${source}`, () => {
      const packages = { '': { dependencies: { x: spec } }, 'node_modules/x': { version: '1.0.0' } };
      const { packages: found } = parseNpmLock(JSON.stringify({ lockfileVersion: 3, packages }), new Map());
      assert.equal(found.get('node_modules/x')?.source, source);
    });
  }

  const refused: readonly [string, string, object][] = [
    ['a path that leaves the project', 'node_modules/../../../etc/x', { version: '1.0.0' }],
    ['an absolute path', '/node_modules/x', { version: '1.0.0' }],
    ['a newline in a path', 'node_modules/a\nb', { version: '1.0.0', name: 'a' }],
    ['a name that is none', 'node_modules/x', { version: '1.0.0', name: 'x\u001b[31m' }],
    ['a version that is none', 'node_modules/x', { version: '1.0.0\t' }],
    ['a name that is too long', `node_modules/${'x'.repeat(215)}`, { version: '1.0.0' }],
    ['no version', 'node_modules/x', {}],
    ['no object', 'node_modules/x', []],
  ];
  for (const [what, path, entry] of refused) {
    it(`npm, refuses ${what}`, () => {
      const lockfile = parseNpmLock(JSON.stringify({ packages: { [path]: entry } }), new Map());
      assert.equal(lockfile.packages.size, 0);
      assert.equal(lockfile.refused, 1);
    });
  }

  it('takes `__proto__` and `constructor` for names like any other', () => {
    const entry = '{"version":"1.0.0","dependencies":{"__proto__":"1","constructor":"1"}}';
    const lockfile = parseNpmLock(
      `{"packages":{"node_modules/constructor":${entry},"__proto__":${entry}}}`,
      new Map([['constructor', '1']]),
    );
    assert.deepEqual([...lockfile.packages.keys()], ['node_modules/constructor']);
    assert.deepEqual(lockfile.packages.get('node_modules/constructor')?.dependencies, [
      'node_modules/constructor',
    ]);
    assert.equal((Object.prototype as Record<string, unknown>)['version'], undefined);
  });

  const bombs: readonly [string, string, () => Lockfile][] = [
    [
      '64 MiB of brackets',
      'E_LOCKFILE_TOO_DEEP',
      () => parseNpmLock('['.repeat(64 * 1024 * 1024), new Map()),
    ],
    ['more than 64 MiB', 'E_LOCKFILE_TOO_LARGE', () => parseBunLock(' '.repeat(64 * 1024 * 1024 + 1))],
    [
      'millions of values',
      'E_LOCKFILE_TOO_COMPLEX',
      () => parseNpmLock(`[${'{},'.repeat(4_000_000)}1]`, new Map()),
    ],
    ['millions of packages', 'E_LOCKFILE_TOO_LARGE', () => parseNpmLock(many(200_001), new Map())],
    [
      'an npm lockfile of version 1',
      'E_LOCKFILE_VERSION',
      () => parseNpmLock('{"lockfileVersion":1,"dependencies":{}}', new Map()),
    ],
    ['a pnpm lockfile of version 5', 'E_LOCKFILE_VERSION', () => parsePnpmLock('lockfileVersion: 5.4\n')],
    ['an alias bomb', 'E_LOCKFILE_SYNTAX', () => parsePnpmLock(aliasBomb())],
    ['deep flow collections', 'E_LOCKFILE_TOO_DEEP', () => parsePnpmLock(`a: ${'['.repeat(100_000)}\n`)],
    [
      'deep mappings',
      'E_LOCKFILE_TOO_DEEP',
      () => parsePnpmLock(Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')),
    ],
    ['edges without end', 'E_LOCKFILE_TOO_COMPLEX', () => parseNpmLock(web(1000, 1100), new Map())],
    ['no JSON', 'E_LOCKFILE_SYNTAX', () => parseBunLock('{"packages": {')],
    ['no yarn lockfile', 'E_LOCKFILE_SYNTAX', () => parseYarnClassicLock('<html>', new Map())],
  ];
  for (const [what, code, parse] of bombs) {
    it(`ends on ${what} with ${code}, in time`, () => {
      const started = process.cpuUsage();
      assert.throws(parse, (error) => error instanceof LockfileError && error.code === code);
      assert.ok(process.cpuUsage(started).user / 1000 < 5000);
    });
  }
});

function many(count: number): string {
  const entries = Array.from({ length: count }, (_, index) => `"node_modules/p${index}":{"version":"1.0.0"}`);
  return `{"packages":{${entries.join(',')}}}`;
}

function aliasBomb(): string {
  const levels = Array.from(
    { length: 20 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(20).fill(`*l${level}`).join(', ')}]`,
  );
  return `lockfileVersion: '9.0'\nl0: &l0 [x]\n${levels.join('\n')}\n`;
}

function web(packages: number, edges: number): string {
  const dependencies = JSON.stringify(
    Object.fromEntries(Array.from({ length: edges }, (_, index) => [`q${index}`, '1'])),
  );
  const entries = Array.from(
    { length: packages },
    (_, index) => `"node_modules/p${index}":{"version":"1.0.0","dependencies":${dependencies}}`,
  );
  return `{"packages":{${entries.join(',')}}}`;
}

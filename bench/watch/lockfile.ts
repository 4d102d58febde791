// How long the largest lockfile of a usual project takes to read, pack and compare: 2,000 packages in each dialect.
import { createHash } from 'node:crypto';
import { diff } from '../../collectors/node-modules/diff.ts';
import type { Lockfile } from '../../collectors/node-modules/lockfiles/lockfile.ts';
import { parseBunLock } from '../../collectors/node-modules/lockfiles/bun.ts';
import { parseNpmLock } from '../../collectors/node-modules/lockfiles/npm.ts';
import { parsePnpmLock } from '../../collectors/node-modules/lockfiles/pnpm.ts';
import { parseYarnBerryLock } from '../../collectors/node-modules/lockfiles/yarn-berry.ts';
import { parseYarnClassicLock } from '../../collectors/node-modules/lockfiles/yarn-classic.ts';
import { Table } from '../../collectors/node-modules/table.ts';

const PACKAGES = 2000;
const RUNS = 5;

const packages = Array.from({ length: PACKAGES }, (_, index) => ({
  name: `package-${index}`,
  version: `1.0.${index}`,
  integrity: `sha512-${createHash('sha512').update(String(index)).digest('base64')}`,
  needs: [1, 2, 3].map((step) => (index * 7 + step * 13 + 1) % PACKAGES).filter((other) => other !== index),
}));

const dialects: Record<string, { text: string; parse: (text: string) => Lockfile }> = {
  npm: { text: npm(), parse: (text) => parseNpmLock(text, new Map([['package-0', '1']])) },
  pnpm: { text: pnpm(), parse: parsePnpmLock },
  'yarn 1': { text: yarnClassic(), parse: (text) => parseYarnClassicLock(text, new Map()) },
  'yarn 4': { text: yarnBerry(), parse: (text) => parseYarnBerryLock(text) },
  bun: { text: bun(), parse: parseBunLock },
};

export interface Reading {
  readonly dialect: string;
  readonly kilobytes: number;
  /** CPU ms of the first reading in this process, and the median of the next. */
  readonly coldMs: number;
  readonly warmMs: number;
}

export function readLockfiles(): Reading[] {
  return Object.entries(dialects).map(([dialect, { text, parse }]) => {
    const times = Array.from({ length: RUNS }, () => {
      const started = process.cpuUsage();
      const table = Table.of(parse(text), () => 0);
      if (diff(new Table(), table).length !== PACKAGES) throw new Error(`${dialect}: packages are missing`);
      const { user, system } = process.cpuUsage(started);
      return (user + system) / 1000;
    });
    const warm = times.slice(1).sort((a, b) => a - b)[Math.floor((RUNS - 1) / 2)] ?? 0;
    return { dialect, kilobytes: text.length / 1024, coldMs: times[0] ?? 0, warmMs: warm };
  });
}

function npm(): string {
  const entries = packages.map(({ name, version, integrity, needs }) => [
    `node_modules/${name}`,
    {
      version,
      resolved: `http://127.0.0.1:4873/${name}/-/${name}-${version}.tgz`,
      integrity,
      license: 'MIT',
      dependencies: Object.fromEntries(needs.map((need) => [`package-${need}`, '^1.0.0'])),
      engines: { node: '>=12' },
    },
  ]);
  return JSON.stringify(
    { lockfileVersion: 3, requires: true, packages: Object.fromEntries(entries) },
    null,
    2,
  );
}

function pnpm(): string {
  const facts = packages.map(
    ({ name, version, integrity }) =>
      `\n  ${name}@${version}:\n    resolution: {integrity: ${integrity}}\n    engines: {node: '>=12'}\n`,
  );
  const graph = packages.map(({ name, version, needs }) => {
    const edges = needs.map((need) => `      package-${need}: 1.0.${need}\n`).join('');
    return `\n  ${name}@${version}:\n    dependencies:\n${edges}`;
  });
  return `lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n\npackages:\n${facts.join('')}\nsnapshots:\n${graph.join('')}`;
}

function yarnClassic(): string {
  const entries = packages.map(({ name, version, integrity, needs }) => {
    const edges = needs.map((need) => `    package-${need} "^1.0.0"\n`).join('');
    const resolved = `http://127.0.0.1:4873/${name}/-/${name}-${version}.tgz`;
    return `${name}@^1.0.0:\n  version "${version}"\n  resolved "${resolved}"\n  integrity ${integrity}\n  dependencies:\n${edges}\n`;
  });
  return `# yarn lockfile v1\n\n\n${entries.join('')}`;
}

function yarnBerry(): string {
  const entries = packages.map(({ name, version, needs }) => {
    const edges = needs.map((need) => `    package-${need}: "npm:^1.0.0"\n`).join('');
    return `"${name}@npm:^1.0.0":\n  version: ${version}\n  resolution: "${name}@npm:${version}"\n  dependencies:\n${edges}  checksum: 10c0/${'ab'.repeat(64)}\n  languageName: node\n  linkType: hard\n\n`;
  });
  return `__metadata:\n  version: 8\n\n${entries.join('')}`;
}

function bun(): string {
  const entries = packages.map(({ name, version, integrity, needs }) => {
    const edges = Object.fromEntries(needs.map((need) => [`package-${need}`, '^1.0.0']));
    return `    "${name}": ["${name}@${version}", "", { "dependencies": ${JSON.stringify(edges)} }, "${integrity}"],\n\n`;
  });
  return `{\n  "lockfileVersion": 1,\n  "workspaces": { "": { "name": "x", } },\n  "packages": {\n${entries.join('')}  },\n}\n`;
}

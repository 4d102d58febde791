// Which package the code belongs to, in the face of packages that lie about it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrich } from '../../../agent/daemon/enrich/index.ts';
import { identify, nameOfDirectory } from '../../../agent/daemon/enrich/identity.ts';
import type { Inventory } from '../../../agent/daemon/enrich/inventory.ts';
import { readManifest } from '../../../agent/daemon/enrich/manifest.ts';
import { Packages } from '../../../agent/daemon/enrich/package.ts';
import type { InstalledPackage } from '../../../collectors/node-modules/index.ts';
import type { Event } from '../../../schema/event.ts';
import type { Lineage } from '../../../schema/process.ts';
import { sampleEvent, sampleProcess as process } from './sample.ts';

const directories: readonly (readonly [string, string | undefined])[] = [
  ['/p/node_modules/evil', 'evil'],
  ['/p/node_modules/evil/', 'evil'],
  ['/p/node_modules/@scope/evil', '@scope/evil'],
  ['/p/node_modules/a/node_modules/b', 'b'],
  ['/p/node_modules/.pnpm/evil@1.0.1/node_modules/evil', 'evil'],
  ['/p/.yarn/unplugged/evil-npm-1.0.1-abc/node_modules/evil', 'evil'],
  ['/p/node_modules/.bin', undefined],
  ['/p/node_modules', undefined],
  ['/p/src', undefined],
];

const installed: InstalledPackage = {
  name: 'real',
  version: '2.0.0',
  purl: 'pkg:npm/real@2.0.0',
  directory: '/p/node_modules/alias',
  integrity: 'sha512-abc',
  source: 'registry',
  changedAt: 0,
  dependencyPath: ['top@1.0.0', 'real@2.0.0'],
};

const lineage: Lineage = {
  class: 'L',
  tree: 't',
  lifecycle: 'postinstall',
  packageDirectory: '/p/node_modules/evil',
  packageName: 'evil',
  packageVersion: '1.0.1',
  project: '/p',
  via: 'environment',
};

function packages(overrides: Partial<Inventory> = {}, malicious: readonly string[] = []): Packages {
  const inventory = {
    find: () => undefined,
    recentlyChanged: () => [],
    noteProject: () => {},
    inventories: () => [],
    ...overrides,
  };
  const intel = (name: string) =>
    malicious.includes(name) ? [{ id: 'MAL-1', summary: 'bad', source: 'test' }] : [];
  return new Packages({ inventory, intel });
}

describe('package identity', () => {
  for (const [directory, name] of directories)
    it(`${directory} holds ${name ?? 'no package by name'}`, () =>
      assert.equal(nameOfDirectory(directory), name));

  const cases = [
    [
      'the lockfile decides',
      '/p/node_modules/alias',
      { name: 'real', version: '2' },
      { name: 'x', version: '9' },
      'real',
      '2',
      'exact',
    ],
    [
      'name and directory agree',
      '/p/node_modules/a',
      undefined,
      { name: 'a', version: '1' },
      'a',
      '1',
      'exact',
    ],
    [
      'a manifest names another package',
      '/p/node_modules/evil',
      undefined,
      { name: 'lodash', version: '4' },
      'evil',
      '4',
      'probable',
    ],
    ['a project of its own', '/p', undefined, { name: 'app', version: '0.1.0' }, 'app', '0.1.0', 'exact'],
    ['nothing is known', '/p/thing', undefined, {}, 'thing', '', 'exact'],
    [
      'a hostile name',
      '/p',
      undefined,
      { name: 'a\u202eb\n\u001b[31mc', version: '1\u0000' },
      'a\ufffdb\ufffd\ufffd[31mc',
      '1\ufffd',
      'exact',
    ],
    ['half a surrogate', '/p', undefined, { name: 'a\ud800', version: '1' }, 'a\ufffd', '1', 'exact'],
    [
      'a name of 10,000 characters',
      '/p',
      undefined,
      { name: 'a'.repeat(10_000), version: '1' },
      'a'.repeat(214),
      '1',
      'exact',
    ],
  ] as const;
  for (const [what, directory, locked, claimed, name, version, confidence] of cases)
    it(what, () => assert.deepEqual(identify(directory, locked, claimed), { name, version, confidence }));
});

describe('package manifest', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'manifest-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const contents: readonly (readonly [string, string, object | undefined])[] = [
    ['name and version', '{"name":"a","version":"1.0.0","scripts":{}}', { name: 'a', version: '1.0.0' }],
    ['other types', '{"name":["a"],"version":1}', {}],
    ['no object', '"text"', undefined],
    ['no JSON', '{"name": "a"', undefined],
    ['nothing', '', undefined],
    ['a prototype', '{"__proto__":{"name":"a"}}', {}],
    ['more than a megabyte', `{"name":"a","x":"${'y'.repeat(1 << 20)}"}`, undefined],
    ['a hundred thousand brackets', '['.repeat(100_000), undefined],
  ];
  for (const [what, content, expected] of contents)
    it(what, async () => {
      writeFileSync(join(directory, 'package.json'), content);
      assert.deepEqual(await readManifest(directory), expected);
    });

  it('a FIFO, a directory, a device and nothing do not hold it up', async () => {
    assert.equal(await readManifest(directory), undefined);
    execFileSync('mkfifo', [join(directory, 'package.json')]);
    assert.equal(await readManifest(directory), undefined);
    rmSync(join(directory, 'package.json'));
    mkdirSync(join(directory, 'package.json'));
    assert.equal(await readManifest(directory), undefined);
    rmSync(join(directory, 'package.json'), { recursive: true });
    symlinkSync('/dev/zero', join(directory, 'package.json'));
    assert.equal(await readManifest(directory), undefined);
  });
});

describe('package attribution', () => {
  it('takes name and version from the environment, place and reason from the lockfile', async () => {
    const noted: string[] = [];
    const find = () => ({ ...installed, name: 'evil', version: '1.0.1' });
    assert.deepEqual(await packages({ find, noteProject: (project) => noted.push(project) }).of(lineage), {
      name: 'evil',
      version: '1.0.1',
      purl: 'pkg:npm/evil@1.0.1',
      lifecycle: 'postinstall',
      directory: '/p/node_modules/evil',
      project: '/p',
      dependencyPath: ['top@1.0.0', 'real@2.0.0'],
      confidence: 'exact',
      integrity: 'sha512-abc',
    });
    assert.deepEqual(noted, ['/p']);
  });

  it('reads the manifest where the environment was scrubbed, and remembers it when it is replaced', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'dropper-'));
    try {
      const manifest = join(directory, 'package.json');
      writeFileSync(manifest, '{"name":"evil","version":"1.0.1"}');
      const { packageName: _, packageVersion: __, ...scrubbed } = lineage;
      const known = packages();
      const asked = { ...scrubbed, packageDirectory: directory };
      assert.equal((await known.of(asked))?.purl, 'pkg:npm/evil@1.0.1');
      writeFileSync(manifest, '{"name":"lodash","version":"4.17.21"}');
      assert.equal((await known.of(asked))?.purl, 'pkg:npm/evil@1.0.1');
      assert.equal((await known.of({ ...asked, tree: 'another' }))?.purl, 'pkg:npm/lodash@4.17.21');
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('names nothing where the lineage names nothing', async () => {
    assert.equal(await packages().of({ class: 'G', tree: 't', via: 'runtime' }), undefined);
    assert.equal(packages().suspects(lineage, 0), undefined);
  });

  it('suspects the packages of a runtime that came lately: known-malicious ones first, at most 16', () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ ...installed, name: `p${n}`, changedAt: 1000 - n }));
    let since = 0;
    const known = packages({ recentlyChanged: (_, from) => ((since = from), many) }, ['p29']);
    const now = Date.parse('2026-01-04T00:00:00Z');
    const suspects = known.suspects({ class: 'J', tree: 't', project: '/p', via: 'runtime' }, now) ?? [];
    assert.equal(new Date(since).toISOString(), '2026-01-01T00:00:00.000Z');
    assert.deepEqual(
      suspects.slice(0, 3).map(({ name }) => name),
      ['p29', 'p0', 'p1'],
    );
    assert.equal(suspects.length, 16);
    assert.ok(suspects.every(({ confidence }) => confidence === 'suspect'));
  });
});

describe('enrichment', () => {
  async function one(
    event: Event,
    from: Packages,
    malicious: readonly string[] = [],
  ): Promise<Event | undefined> {
    async function* events(): AsyncGenerator<Event> {
      yield event;
    }
    const intel = (name: string) =>
      malicious.includes(name) ? [{ id: 'MAL-1', summary: 'bad', source: 'test' }] : [];
    for await (const enriched of enrich(events(), { packages: from, intel })) return enriched;
    return undefined;
  }

  const common = { time: '2026-01-01T00:00:00.000Z', monotonic: 1, host: 'h', user: 'u', collector: 'c' };

  it('says what intelligence knows of a package that was added', async () => {
    const added = {
      kind: 'package',
      action: 'added',
      ...common,
      package: { ...installed, dependencyPath: [], confidence: 'exact' },
    } as const satisfies Event;
    assert.deepEqual(await one(added, packages(), ['real']), {
      ...added,
      intel: [{ id: 'MAL-1', summary: 'bad', source: 'test' }],
    });
    assert.equal(await one(added, packages()), added);
  });

  it('names the package of a secret that was opened, and the newest suspect of a runtime', async () => {
    const opened = await one(sampleEvent(), packages());
    assert.equal(opened?.package?.purl, 'pkg:npm/evil@1.0.1');
    const runtime: Lineage = { class: 'J', tree: 't', project: '/p', via: 'runtime' };
    const event = sampleEvent({ process: { ...process, lineage: runtime } });
    const suspected = await one(event, packages({ recentlyChanged: () => [installed] }));
    assert.equal(suspected?.package?.confidence, 'suspect');
    assert.equal((await one(event, packages()))?.package, undefined);
  });
});

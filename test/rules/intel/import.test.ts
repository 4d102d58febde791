import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Intel, openIntel } from '../../../rules/intel/index.ts';
import { zip } from './zip.ts';

const published = '../shared/intel/osv-npm-malicious.zip';

function record(id: string, name: string, more: object = {}): string {
  return JSON.stringify({
    id,
    modified: '2026-01-01T00:00:00Z',
    summary: `Malicious code in ${name} (npm)`,
    affected: [{ package: { ecosystem: 'npm', name }, versions: ['1.0.1'] }],
    ...more,
  });
}

describe('importing threat intelligence', () => {
  let directory: string;
  let intel: Intel;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lifeguard-intel-'));
    intel = openIntel(join(directory, 'state', 'intel.db'));
  });
  afterEach(() => {
    intel.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function file(name: string, content: string | Buffer): string {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  }

  it('keeps the index for its owner alone', () => {
    assert.equal(statSync(join(directory, 'state', 'intel.db')).mode & 0o777, 0o600);
  });

  it('reads one record, records by line, and an archive', async () => {
    const results = await intel.importFiles([
      file('one.json', record('MAL-1', 'one')),
      file('lines.jsonl', `${record('MAL-2', 'two')}\n\n${record('MAL-3', 'three')}`),
      file(
        'all.zip',
        zip([
          { name: 'npm/MAL-4.json', content: record('MAL-4', 'four') },
          { name: 'README', content: 'x' },
        ]),
      ),
      file('stored.zip', zip([{ name: 'a.json', content: record('MAL-5', 'five'), stored: true }])),
      file('large.zip', zip([{ name: 'b.json', content: record('MAL-6', 'six') }], true)),
    ]);
    assert.deepEqual(
      results.map((result) => [result.failure?.message, result.imported]),
      [
        [undefined, 1],
        [undefined, 2],
        [undefined, 1],
        [undefined, 1],
        [undefined, 1],
      ],
    );
    for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) {
      assert.equal(intel.lookup(name, '1.0.1').length, 1, name);
      assert.equal(intel.lookup(name, '1.0.2').length, 0, name);
    }
    assert.deepEqual(intel.lookup('one', '1.0.1'), [
      { id: 'MAL-1', summary: 'Malicious code in one (npm)', source: 'mal' },
    ]);
  });

  it('counts what is no use by its cause and imports the rest', async () => {
    const [result] = await intel.importFiles([
      file(
        'mixed.jsonl',
        [
          'not json',
          '{"id": 7}',
          record('PYSEC-1', 'x', { affected: [{ package: { ecosystem: 'PyPI', name: 'x' } }] }),
          record('MAL-9', 'good'),
          `"${'x'.repeat(5 * 1024 * 1024)}"`,
          record('MAL-10', 'after'),
        ].join('\n'),
      ),
    ]);
    assert.equal(result?.imported, 2);
    assert.deepEqual(result?.skipped, { 'not-json': 1, 'not-osv': 1, 'other-ecosystem': 1, 'too-large': 1 });
  });

  it('replaces a record by a newer one, keeps it against an older one, and forgets a withdrawn one', async () => {
    const at = (day: string, more: object) =>
      record('MAL-1', 'one', { modified: `2026-01-${day}T00:00:00Z`, ...more });
    const versions = (version: string) => ({
      affected: [{ package: { ecosystem: 'npm', name: 'one' }, versions: [version] }],
    });
    await intel.importFiles([file('a.json', at('02', versions('2.0.0')))]);
    const [older] = await intel.importFiles([file('b.json', at('01', versions('1.0.0')))]);
    assert.equal(older?.outdated, 1);
    assert.deepEqual([intel.lookup('one', '1.0.0').length, intel.lookup('one', '2.0.0').length], [0, 1]);
    await intel.importFiles([file('c.json', at('03', versions('3.0.0')))]);
    assert.deepEqual([intel.lookup('one', '2.0.0').length, intel.lookup('one', '3.0.0').length], [0, 1]);
    const [gone] = await intel.importFiles([file('d.json', at('04', { withdrawn: '2026-01-04T00:00:00Z' }))]);
    assert.equal(gone?.withdrawn, 1);
    assert.equal(intel.lookup('one', '3.0.0').length, 0);
    assert.equal(intel.status().records, 0);
  });

  const hostile: readonly (readonly [string, () => Buffer, RegExp | undefined])[] = [
    ['no archive at all', () => Buffer.from('hello'), /E_INTEL_ARCHIVE.*no ZIP file/],
    ['an empty file', () => Buffer.alloc(0), /E_INTEL_ARCHIVE/],
    [
      'an archive cut short',
      () => zip([{ name: 'a.json', content: record('MAL-1', 'a') }]).subarray(20),
      /E_INTEL_ARCHIVE/,
    ],
    [
      'a bomb that lies about its size',
      () => zip([{ name: 'a.json', content: Buffer.alloc(64 * 1024 * 1024), claims: 10 }]),
      undefined,
    ],
    [
      'an encrypted entry',
      () => zip([{ name: 'a.json', content: record('MAL-1', 'a'), flags: 1 }]),
      undefined,
    ],
    [
      'a directory of two thousand million entries',
      () => {
        const archive = zip([{ name: 'a.json', content: record('MAL-1', 'a') }], true);
        archive.writeBigUInt64LE(2_000_000_000n, archive.length - 22 - 76 + 32);
        return archive;
      },
      /E_INTEL_ARCHIVE.*claims/,
    ],
    [
      'entries that do not unpack',
      () => {
        const archive = zip([{ name: 'a.json', content: record('MAL-1', 'a') }]);
        archive.fill(0xff, 40, 60);
        return archive;
      },
      /E_INTEL_ARCHIVE.*does not unpack/,
    ],
  ];
  for (const [what, content, expected] of hostile) {
    it(`survives ${what}`, async () => {
      const [result] = await intel.importFiles([file('hostile.zip', content())]);
      if (expected) assert.match(result?.failure?.message ?? '', expected);
      else assert.equal(result?.skipped['too-large'], 1);
      assert.equal(result?.imported, 0);
      assert.equal(intel.status().records, 0);
    });
  }

  it('says which kinds of file it reads, and which file is absent', async () => {
    const results = await intel.importFiles([
      file('list.csv', 'a,b'),
      join(directory, 'absent.zip'),
      directory + '.json',
    ]);
    assert.deepEqual(
      results.map((result) => result.failure?.code),
      ['E_INTEL_FORMAT', 'E_INTEL_UNREADABLE', 'E_INTEL_UNREADABLE'],
    );
  });

  it('takes control characters out of what a person will read', async () => {
    await intel.importFiles([
      file('a.json', record('MAL-1', 'a', { summary: 'red \u001b[31malert\u001b[0m \u202eevil\nline' })),
    ]);
    assert.equal(intel.lookup('a', '1.0.1')[0]?.summary, 'red [31malert [0m evil line');
  });

  it('imports the published records of malicious npm packages', async function () {
    this.timeout(60_000);
    if (!existsSync(published)) {
      console.warn(`skipped: ${published} is not here`);
      this.skip();
    }
    const shares: number[] = [];
    const [result] = await intel.importFiles([published], ({ share }) => shares.push(share));
    assert.equal(result?.failure, undefined);
    assert.equal(result?.imported, 24_622);
    assert.equal(intel.status().records, 24_622);
    assert.equal(shares.at(-1), 1);
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    const spots: readonly (readonly [string, string, boolean])[] = [
      ['chalk', '5.6.1', true],
      ['chalk', '5.6.0', false],
      ['plain-crypto-js', '4.2.1', true],
      ['axios', '0.30.4', true],
      ['axios', '1.14.0', false],
      ['azure-core-rest-pipeline', '7.7.7', true],
      ['fsevents', '1.2.10', true],
      ['fsevents', '1.2.11', false],
      ['fsevents', '2.3.3', false],
      ['@personio-internal/split-sdk-provider', '1.23.0', true],
      ['@personio-internal/split-sdk-provider', '1.23.1', false],
      ['typescript', '5.9.0', false],
    ];
    for (const [name, version, malicious] of spots) {
      assert.equal(intel.lookup(name, version).length > 0, malicious, `${name}@${version}`);
    }
  });
});

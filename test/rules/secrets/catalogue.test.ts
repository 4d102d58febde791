import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { catalogue, createSecretMatcher, isWatchable } from '../../../rules/secrets/index.ts';
import { expandBraces } from '../../../rules/secrets/pattern.ts';

const facts = '../shared/threats/sensitive-paths.json';
const platforms = { linux: 'linux', macos: 'darwin', windows: 'win32', all: 'linux' } as const;

interface Fact {
  readonly group: string;
  readonly kind: string;
  readonly os: keyof typeof platforms;
  readonly path: string;
  readonly tier: string;
  readonly ops: readonly string[];
}

/** A path that the pattern describes: every wildcard filled in. */
function example(pattern: string): string {
  return pattern
    .replace(/^~/, '/home/u')
    .replace(/^\*\*\//, '/data/')
    .replaceAll('**', 'a/b')
    .replaceAll('*', 'x');
}

describe('the catalogue of secrets', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    const places = catalogue(platform);

    it(`has one group, kind and tier for each id on ${platform}`, () => {
      const byId = new Map<string, string>();
      for (const place of places) {
        const shape = `${place.group} ${place.kind} ${place.tier}`;
        assert.equal(byId.get(place.id) ?? shape, shape, place.id);
        byId.set(place.id, shape);
        assert.match(place.id, /^[a-z-]+\/[a-z0-9-]+$/);
      }
    });

    it(`finds an example of every pattern as a place of that tier or above on ${platform}`, () => {
      const matcher = createSecretMatcher(places, ['/home/u'], platform);
      for (const place of places.filter((candidate) => !candidate.path.startsWith('$'))) {
        for (const pattern of expandBraces(place.path)) {
          const found = matcher.match(example(pattern))?.place;
          assert.ok(found && found.tier <= place.tier, `${pattern} → ${found?.id}`);
        }
      }
    });

    it(`says what to do after each theft of tier A or B on ${platform}`, () => {
      const mute = places.filter((place) => place.tier !== 'C' && place.rotate === undefined);
      assert.deepEqual(
        mute.map((place) => place.id),
        [],
      );
    });
  }

  it('covers every readable row of tier A and B in the published facts', function () {
    if (!existsSync(facts)) {
      console.warn(`skipped: ${facts} is not here`);
      this.skip();
    }
    const rows = JSON.parse(readFileSync(facts, 'utf8')) as Fact[];
    const matchers = Object.fromEntries(
      Object.values(platforms).map((platform) => [
        platform,
        createSecretMatcher(catalogue(platform), ['/home/u'], platform),
      ]),
    );
    const missing: string[] = [];
    for (const row of rows) {
      if (row.tier === 'C' || !row.ops.includes('read') || /^[$<]/.test(row.path)) continue;
      for (const pattern of expandBraces(row.path)) {
        const found = matchers[platforms[row.os]]?.match(example(pattern))?.place;
        if (found?.group !== row.group || found.tier > row.tier)
          missing.push(`${row.os} ${pattern} → ${found?.id}`);
      }
    }
    assert.deepEqual(missing, []);
  });

  it('names what can only be matched when an event comes, because finding it would walk a whole disk', () => {
    const unwatchable = catalogue('linux').filter((place) => place.tier !== 'C' && !isWatchable(place));
    assert.deepEqual([...new Set(unwatchable.map((place) => place.group))].sort(), [
      'ai-agent',
      'cloud',
      'git',
      'pwmanager-extension',
      'registry',
      'secrets-store',
      'ssh',
      'wallet-desktop',
      'wallet-devkey',
      'wallet-extension',
    ]);
  });
});

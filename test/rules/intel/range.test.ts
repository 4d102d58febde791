import assert from 'node:assert/strict';
import { isInRange, type RangeEvent } from '../../../rules/intel/range.ts';
import { compareVersions } from '../../../rules/intel/semver.ts';

describe('ordering versions', () => {
  // Semantic Versioning 2.0.0 §11, in ascending order.
  const ascending = [
    '0.9.9',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.10.0',
    '2.0.0',
    '99999999999999999999.0.0',
  ];
  for (const [index, version] of ascending.entries()) {
    it(`puts ${version} in its place`, () => {
      for (const [other, against] of ascending.entries()) {
        assert.equal(Math.sign(compareVersions(version, against) ?? NaN), Math.sign(index - other), against);
      }
    });
  }

  it('is lenient like npm and ignores build metadata', () => {
    assert.equal(compareVersions('v1.2', '1.2.0+build.5'), 0);
    assert.equal(compareVersions('latest', '1.0.0'), undefined);
  });
});

describe('a range of an OSV record', () => {
  const cases: readonly (readonly [string, readonly RangeEvent[], readonly string[], readonly string[]])[] = [
    ['all versions', [{ introduced: '0' }], ['0.0.0', '1.0.0-rc.1', '99.0.0', 'weird'], []],
    [
      'until a fix',
      [{ introduced: '1.0.0' }, { fixed: '1.2.0' }],
      ['1.0.0', '1.1.9', '1.2.0-rc.1'],
      ['0.9.0', '1.2.0', '2.0.0', 'weird'],
    ],
    [
      'until the last affected',
      [{ introduced: '0' }, { last_affected: '1.5.0' }],
      ['0.1.0', '1.5.0'],
      ['1.5.1'],
    ],
    [
      'two windows, out of order',
      [{ fixed: '3.1.0' }, { introduced: '3.0.0' }, { introduced: '0' }, { fixed: '1.0.0' }],
      ['0.5.0', '3.0.5'],
      ['1.0.0', '2.0.0', '3.1.0'],
    ],
    ['nothing', [], [], ['1.0.0']],
  ];
  for (const [what, events, inside, outside] of cases) {
    it(what, () => {
      for (const version of inside) assert.equal(isInRange(version, events), true, version);
      for (const version of outside) assert.equal(isInRange(version, events), false, version);
    });
  }
});

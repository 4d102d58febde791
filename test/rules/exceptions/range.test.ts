import assert from 'node:assert/strict';
import { isInRange, parseRange } from '../../../rules/exceptions/range.ts';

describe('ranges of versions in exceptions', () => {
  const cases: readonly (readonly [range: string, inside: readonly string[], outside: readonly string[]])[] =
    [
      ['1.2.3', ['1.2.3', 'v1.2.3', '1.2.3+build'], ['1.2.4', '1.2.3-rc.1', 'x', '']],
      ['=1.2.3', ['1.2.3'], ['1.2.4']],
      ['>=1.2.0 <2.0.0', ['1.2.0', '1.99.0'], ['1.1.9', '2.0.0']],
      ['>1.2 <=1.4', ['1.2.1', '1.4.0'], ['1.2.0', '1.4.1']],
      ['>= 1.2 < 2', ['1.2.0'], ['2.0.0']],
      ['^1.2.3', ['1.2.3', '1.9.0'], ['1.2.2', '2.0.0', '2.0.0-rc.1']],
      ['^0.2.3', ['0.2.3', '0.2.9'], ['0.3.0', '0.2.2']],
      ['^0.0.3', ['0.0.3'], ['0.0.4']],
      ['^0.0', ['0.0.9'], ['0.1.0']],
      ['^0', ['0.9.9'], ['1.0.0']],
      ['~1.2.3', ['1.2.3', '1.2.9'], ['1.3.0']],
      ['~1.2', ['1.2.0', '1.2.9'], ['1.3.0']],
      ['~1', ['1.0.0', '1.9.0'], ['2.0.0']],
      ['1.x', ['1.0.0', '1.9.9'], ['2.0.0', '0.9.9']],
      ['1.2.*', ['1.2.9'], ['1.3.0']],
      ['1', ['1.5.0'], ['2.0.0']],
      ['1.2.3 || ^3.0', ['1.2.3', '3.1.0'], ['2.0.0', '4.0.0']],
      ['1.2.3-rc.1', ['1.2.3-rc.1'], ['1.2.3', '1.2.3-rc.2']],
    ];
  for (const [text, inside, outside] of cases)
    it(text, () => {
      const range = parseRange(text);
      assert.ok(range);
      for (const version of inside) assert.ok(isInRange(version, range), `${version} should be in`);
      for (const version of outside) assert.ok(!isInRange(version, range), `${version} should be out`);
    });

  for (const text of [
    '',
    '*',
    'x',
    'latest',
    '>=1',
    '>1.2',
    '1.2.3 || >=2',
    '>=0.0.0',
    '1.2.3.4',
    '^',
    '<',
    'a b',
    '1'.repeat(300),
  ])
    it(`refuses ${JSON.stringify(text.slice(0, 20))}: no range, or one without an end`, () => {
      assert.equal(parseRange(text), undefined);
    });
});

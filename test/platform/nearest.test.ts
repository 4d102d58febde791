import assert from 'node:assert/strict';
import { nearest } from '../../platform/nearest.ts';

const words = ['status', 'simulate', 'alerts', 'up', 'homes', 'projects'];

// word, candidate that was meant
const cases: readonly (readonly [string, string | undefined])[] = [
  ['stauts', 'status'],
  ['STATUS', 'status'],
  ['allerts', 'alerts'],
  ['projetcs', 'projects'],
  ['simulat', 'simulate'],
  ['u', 'up'],
  ['xyz', undefined],
  ['', undefined],
  ['a'.repeat(10_000), undefined],
];

describe('nearest word', () => {
  for (const [word, meant] of cases)
    it(`${word.slice(0, 20) || '(empty)'} → ${meant ?? 'nothing'}`, () =>
      assert.equal(nearest(word, words), meant));
});

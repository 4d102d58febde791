import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { droppable } from '../../../platform/linux/memory.ts';
import { releaseMemory } from '../../../platform/memory.ts';
import { system } from '../../../platform/system.ts';

/** A block of /proc/PID/smaps, as far as it is read. */
function block(range: string, rights: string, path: string, anonymous = 0, dirty = 0): string {
  return `${range} ${rights} 0042e000 fe:00 5326545                    ${path}
Size:               1234 kB
Private_Dirty:      ${dirty} kB
Anonymous:          ${anonymous} kB
VmFlags: rd ex mr mw me
`;
}

const program = '/opt/node (x)/bin/node';

const cases: readonly (readonly [string, string, readonly (readonly [bigint, bigint])[]])[] = [
  ['code', block('1000-3000', 'r-xp', program), [[0x1000n, 0x2000n]]],
  ['data that is only read', block('1000-3000', 'r--p', program), [[0x1000n, 0x2000n]]],
  ['data that was relocated', block('1000-3000', 'r--p', program, 8), []],
  ['a page that was written to', block('1000-3000', 'r--p', program, 0, 4), []],
  ['data that is written to', block('1000-3000', 'rw-p', program), []],
  ['another file', block('1000-3000', 'r-xp', '/lib/libc.so.6'), []],
  ['no file', block('1000-3000', 'r-xp', ''), []],
  ['high addresses', block('7ffff0000000-7ffff0001000', 'r-xp', program), [[0x7ffff0000000n, 0x1000n]]],
  [
    'several',
    block('1000-2000', 'r-xp', program) +
      block('2000-3000', 'rw-p', '[heap]') +
      block('4000-5000', 'r--p', program),
    [
      [0x1000n, 0x1000n],
      [0x4000n, 0x1000n],
    ],
  ],
];

describe('memory that is not needed', () => {
  for (const [what, smaps, expected] of cases)
    it(`is ${expected.length === 0 ? 'kept' : 'given back'}: ${what}`, () =>
      assert.deepEqual(
        droppable(smaps, program).map(({ start, length }) => [start, length]),
        expected,
      ));

  it('is given back by this very process, which goes on', async function () {
    if (system !== 'linux') {
      console.warn('skipped: there is no /proc to read it from');
      this.skip();
    }
    const resident = () => Number(/^RssFile:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
    const before = resident();
    await releaseMemory();
    assert.ok(resident() < before * 0.8, `${resident()} of ${before} kB are left`);
    assert.equal(JSON.stringify(['still'].map((word) => word.toUpperCase())), '["STILL"]');
  });
});

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { readRecords } from '../../rules/replay/records.ts';

async function read(text: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { line, value, broken } of readRecords(Readable.from([text])))
    found.push([line, broken ?? value]);
  return found;
}

describe('records of a recording', () => {
  const cases: readonly (readonly [says: string, text: string, records: readonly unknown[]])[] = [
    [
      'one a line',
      '{"a":1}\n{"a":2}\n',
      [
        [1, { a: 1 }],
        [2, { a: 2 }],
      ],
    ],
    [
      'without a last newline',
      '{"a":1}\n{"a":2}',
      [
        [1, { a: 1 }],
        [2, { a: 2 }],
      ],
    ],
    [
      'with empty lines',
      '\n{"a":1}\n\n  \n{"a":2}\n',
      [
        [2, { a: 1 }],
        [5, { a: 2 }],
      ],
    ],
    [
      'with Windows line ends',
      '{"a":1}\r\n{"a":2}\r\n',
      [
        [1, { a: 1 }],
        [2, { a: 2 }],
      ],
    ],
    [
      'broken, and the next one',
      '{"a":\n{"a":2}\n',
      [
        [1, 'not JSON'],
        [2, { a: 2 }],
      ],
    ],
    [
      'pretty-printed',
      '{\n  "a": 1\n}\n{\n  "a": 2\n}\n',
      [
        [1, { a: 1 }],
        [4, { a: 2 }],
      ],
    ],
    ['a pretty list', '[\n  1,\n  2\n]\n', [[1, [1, 2]]]],
    ['never closed', '{\n  "a": 1\n', [[1, 'the JSON value is never closed']]],
    [
      'pretty and broken, and the next one',
      '{\n  "a": \n}\n{"a":2}\n',
      [
        [1, 'not JSON'],
        [4, { a: 2 }],
      ],
    ],
    ['nothing', '', []],
  ];
  for (const [says, text, records] of cases)
    it(says, async () => assert.deepEqual(await read(text), records));

  it('have a longest length', async () => {
    const [record] = await read(`"${'x'.repeat(5_000_000)}"\n`);
    assert.match(JSON.stringify(record), /at most 4194304 are read/);
  });
});

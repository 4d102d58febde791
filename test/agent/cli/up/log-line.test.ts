import assert from 'node:assert/strict';
import { pauseBefore } from '../../../../agent/cli/up/backoff.ts';
import { readable } from '../../../../agent/cli/up/log-line.ts';

// line, verbose → what a person sees
const cases: readonly (readonly [line: string, verbose: boolean, shown: string | undefined])[] = [
  ['{"level":30,"msg":"ready"}', false, undefined],
  ['{"level":"info","msg":"ready"}', false, undefined],
  ['{"level":"info","time":"t","msg":"ready","port":7600}', true, 'agent info: ready {"port":7600}'],
  [
    '{"level":40,"time":1,"pid":2,"hostname":"h","name":"central","msg":"the disk is full"}',
    false,
    'agent warn: the disk is full',
  ],
  ['{"level":"error","msg":"no \\u001b[2J"}', false, 'agent error: no \\u{1b}[2J'],
  ['Error: broken', false, 'agent: Error: broken'],
  ['{not json', false, 'agent: {not json'],
  ['{"msg":"without a level"}', false, 'agent warn: without a level'],
  ['', false, undefined],
];

describe('a log line of a child', () => {
  for (const [line, verbose, shown] of cases)
    it(`${line}${verbose ? ', verbose' : ''}`, () => assert.equal(readable('agent', line, verbose), shown));
});

describe('the pause before another start', () => {
  it('doubles from one second and stays at thirty', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 100].map(pauseBefore),
      [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000],
    );
  });
});

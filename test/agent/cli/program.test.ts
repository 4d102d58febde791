import assert from 'node:assert/strict';
import type { Command } from 'commander';
import type { CommandEntry } from '../../../agent/cli/commands/index.ts';
import { CommandFailure, report } from '../../../agent/cli/failure.ts';
import { runProgram } from '../../../agent/cli/program.ts';

/** A program with two commands that tell which options reached them, and one that counts how often it is loaded. */
function table(seen: unknown[]): CommandEntry[] {
  const tell = (name: string) => (program: Command) => {
    program
      .command(name)
      .option('--own')
      .action((options: unknown) => void seen.push(options));
  };
  return [
    { name: 'one', summary: 'First', load: async () => tell('one') },
    { name: 'two', summary: 'Second', load: async () => Promise.reject(new Error('must not be loaded')) },
  ];
}

// command line, LIFEGUARD_CONFIG → options
const cases: readonly (readonly [argv: string, environment: string | undefined, options: object])[] = [
  ['one', undefined, {}],
  ['one --own', undefined, { own: true }],
  ['one --config f', undefined, { config: 'f' }],
  ['--config f one', undefined, { config: 'f' }],
  ['--verbose one --own', undefined, { verbose: true, own: true }],
  ['one', 'g', { config: 'g' }],
  ['one --config f', 'g', { config: 'f' }],
  ['--config f one --config h', 'g', { config: 'h' }],
];

describe('common options', () => {
  afterEach(() => {
    delete process.env['LIFEGUARD_CONFIG'];
  });
  for (const [argv, environment, options] of cases)
    it(`${environment === undefined ? '' : `LIFEGUARD_CONFIG=${environment} `}lifeguard ${argv}`, async () => {
      const seen: unknown[] = [];
      if (environment !== undefined) process.env['LIFEGUARD_CONFIG'] = environment;
      await runProgram(table(seen), argv.split(' '), '0');
      assert.deepEqual(seen, [options]);
    });
});

describe('a failing command', () => {
  const lines: string[] = [];
  const { error } = console;
  beforeEach(() => {
    lines.length = 0;
    console.error = (line: string) => lines.push(line);
  });
  afterEach(() => {
    console.error = error;
  });

  it('prints one line and ends with 1', () => {
    assert.equal(report(new Error('first\nsecond\u0007'), false), 1);
    assert.deepEqual(lines, ['lifeguard: first; second\\u{7}']);
  });

  it('ends with the code that it names', () => {
    assert.equal(report(new CommandFailure('no', { exitCode: 2 }), false), 2);
  });

  it('tells the causes with --verbose, and bounds a circle of them', () => {
    const root = new Error('disk full');
    const outer = new Error('cannot write', { cause: root });
    root.cause = outer;
    report(outer, true);
    assert.equal(lines[0], 'lifeguard: cannot write');
    assert.ok(lines.includes('caused by: disk full'));
    assert.ok(lines.filter((line) => line.startsWith('caused by')).length < 8);
  });
});

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { colour, printable, progress, table } from '../../../agent/cli/terminal.ts';

function stream(properties: Partial<NodeJS.WriteStream>): NodeJS.WriteStream {
  return Object.assign(new PassThrough(), {
    isTTY: false,
    columns: 80,
    ...properties,
  }) as unknown as NodeJS.WriteStream;
}

const pipe = stream({});
const terminal = stream({
  isTTY: true,
  columns: 20,
  getColorDepth: () => WriteStream.prototype.getColorDepth(),
});

describe('printable', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['left-pad@1.3.0', 'left-pad@1.3.0'],
    ['evil\u001b[2J', 'evil\\u{1b}[2J'],
    ['two\nlines', 'two\\u{a}lines'],
    ['gnp.\u202Eexe', 'gnp.\\u{202e}exe'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['naïve 日本', 'naïve 日本'],
  ];
  for (const [text, shown] of cases) it(JSON.stringify(text), () => assert.equal(printable(text), shown));
});

describe('table', () => {
  it('aligns columns and ends lines without blanks', () => {
    const text = table(
      ['NAME', 'VERSION'],
      [
        ['a', '1'],
        ['longer', ''],
      ],
      pipe,
    );
    assert.equal(text, 'NAME    VERSION\na       1\nlonger\n');
  });

  it('cuts the last column at the edge of a terminal, and nothing in a pipe', () => {
    const long = 'x'.repeat(100);
    assert.equal(table(['A', 'B'], [['1', long]], terminal).split('\n')[1], `1  ${'x'.repeat(16)}…`);
    assert.equal(table(['A', 'B'], [['1', long]], pipe).split('\n')[1], `1  ${long}`);
  });

  it('makes cells harmless', () => {
    assert.equal(table(['A'], [['\u001b]0;title\u0007']], pipe), 'A\n\\u{1b}]0;title\\u{7}\n');
  });
});

describe('colour', () => {
  /** What a terminal says of its colours with these variables; the test's own environment (CI, say) does not count. */
  function terminalWith(env: NodeJS.ProcessEnv): NodeJS.WriteStream {
    const getColorDepth = () => WriteStream.prototype.getColorDepth({ TERM: 'xterm-256color', ...env });
    return stream({ isTTY: true, getColorDepth });
  }
  const { FORCE_COLOR } = process.env;
  before(() => delete process.env['FORCE_COLOR']);
  after(() => {
    if (FORCE_COLOR !== undefined) process.env['FORCE_COLOR'] = FORCE_COLOR;
  });

  it('is there on a terminal only, and not with NO_COLOR', () => {
    assert.equal(colour('red', 'x', terminalWith({})), '\u001b[31mx\u001b[39m');
    assert.equal(colour('red', 'x', terminalWith({ NO_COLOR: '1' })), 'x');
    assert.equal(colour('red', 'x', pipe), 'x');
  });
});

describe('progress', () => {
  it('rewrites one line on a terminal and writes nothing elsewhere', () => {
    const written: string[] = [];
    const write = (text: string | Uint8Array) => written.push(String(text)) > 0;
    const line = progress(stream({ isTTY: true, columns: 10, write }));
    line.say('a long way to go');
    line.clear();
    progress(stream({ write })).say('not shown');
    assert.deepEqual(written, ['\r\u001b[Ka long w…', '\r\u001b[K']);
  });
});

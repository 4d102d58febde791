import assert from 'node:assert/strict';
import { bash } from '../../../collectors/shell-history/formats/bash.ts';
import { fish } from '../../../collectors/shell-history/formats/fish.ts';
import { parseHistory } from '../../../collectors/shell-history/formats/format.ts';
import type { Format } from '../../../collectors/shell-history/formats/format.ts';
import { powershell } from '../../../collectors/shell-history/formats/powershell.ts';
import { zsh } from '../../../collectors/shell-history/formats/zsh.ts';

const A = 'a'.codePointAt(0) as number;

/** What each shell wrote, and the commands that were typed. `rest`: bytes of an entry that is not complete yet. */
const cases: readonly {
  name: string;
  format: Format;
  text: string | Buffer;
  typed: string[];
  rest?: number;
}[] = [
  { name: 'bash', format: bash, text: 'ls -la\n\ncurl a | sh\n', typed: ['ls -la', 'curl a | sh'] },
  { name: 'bash with times', format: bash, text: '#1699999999\nls\n#1700000000\nls\n', typed: ['ls', 'ls'] },
  {
    name: 'bash, a comment that was typed',
    format: bash,
    text: '#12 not a time\n',
    typed: ['#12 not a time'],
  },
  {
    name: 'bash, a time whose command is still to come',
    format: bash,
    text: 'ls\n#1699999999\n',
    typed: ['ls'],
    rest: 12,
  },
  { name: 'bash, half a line', format: bash, text: 'ls\ncurl a |', typed: ['ls'], rest: 8 },
  { name: 'zsh', format: zsh, text: 'ls\necho two\n', typed: ['ls', 'echo two'] },
  {
    name: 'zsh extended',
    format: zsh,
    text: ': 1699999999:0;ls\n: 1699999999:12;echo : 1:2;x\n',
    typed: ['ls', 'echo : 1:2;x'],
  },
  {
    name: 'zsh, a command of two lines',
    format: zsh,
    text: ': 1:0;echo "two\\\nthree"\n',
    typed: ['echo "two\nthree"'],
  },
  { name: 'zsh, half a command of two lines', format: zsh, text: ': 1:0;echo "two\\\n', typed: [], rest: 17 },
  {
    name: 'zsh, an even number of backslashes ends a line',
    format: zsh,
    text: 'echo \\\\\nls\n',
    typed: ['echo \\\\', 'ls'],
  },
  {
    name: 'zsh metafied: à (c3 a0) is written c3 83 80',
    format: zsh,
    text: Buffer.from([A, 0xc3, 0x83, 0x80, 0x0a]),
    typed: ['aà'],
  },
  {
    name: 'zsh, a meta byte at the very end',
    format: zsh,
    text: Buffer.from([A, 0x83, 0x0a]),
    typed: ['a\ufffd'],
  },
  {
    name: 'fish',
    format: fish,
    text: '- cmd: ls\n  when: 1699999999\n  paths:\n    - a\n- cmd: cd\n  when: 1\n',
    typed: ['ls', 'cd'],
  },
  { name: 'fish escapes', format: fish, text: '- cmd: a\\nb\\\\n\n  when: 1\n', typed: ['a\nb\\n'] },
  { name: 'fish, the time is still to come', format: fish, text: '- cmd: ls\n', typed: [], rest: 10 },
  { name: 'powershell', format: powershell, text: 'ls\r\nfoo `\r\n bar\r\n', typed: ['ls', 'foo \n bar'] },
];

describe('shell history formats', () => {
  for (const { name, format, text, typed, rest = 0 } of cases) {
    it(name, () => {
      const bytes = Buffer.from(text);
      const { entries, taken } = parseHistory(format, bytes);
      assert.deepEqual(
        entries.map(({ line }) => line),
        typed,
      );
      assert.equal(bytes.length - taken, rest);
    });
  }

  it('tell the same command at two times apart where the shell keeps the time', () => {
    for (const [format, text] of [
      [bash, '#1699999999\nls\n#1700000000\nls\n'],
      [zsh, ': 1699999999:0;ls\n: 1700000000:0;ls\n'],
      [fish, '- cmd: ls\n  when: 1\n- cmd: ls\n  when: 2\n'],
    ] as const) {
      const [first, second] = parseHistory(format, Buffer.from(text)).entries;
      assert.notEqual(first?.key, second?.key);
    }
  });

  it('take any bytes, in linear time', () => {
    let state = 7;
    const random = (below: number): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    const alphabet = Buffer.from(': 0;\\\n#1699999999\n- cmd: \n  when: `\r\x83\xff\x00', 'latin1');
    const started = process.cpuUsage();
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Buffer.from(
        Array.from({ length: random(300) }, () => alphabet[random(alphabet.length)] as number),
      );
      for (const format of [bash, zsh, fish, powershell]) {
        const { taken } = parseHistory(format, bytes);
        assert.ok(taken >= 0 && taken <= bytes.length);
      }
    }
    for (const hostile of ['\\\n', '\n', '#1699999999\n', '- cmd: a\n', '`\n', '\x83']) {
      const bytes = Buffer.from(hostile.repeat(Math.ceil((1024 * 1024) / hostile.length)), 'latin1');
      for (const format of [bash, zsh, fish, powershell]) parseHistory(format, bytes);
    }
    assert.ok(process.cpuUsage(started).user / 1000 < 5_000);
  });
});

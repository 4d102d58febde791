// Regular expressions, encodings, placeholders.
import { type Case, detections, values } from './case.ts';

const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');

export const encoded: readonly Case[] = [
  ...values('re is case-sensitive and searches anywhere', `selection: { f|re: 'ab+c' }`, [
    ['xabbcx', true],
    ['xABBCx', false],
    ['ac', false],
  ]),
  ...values('re: wildcard .', `selection: { f|re: 'a.c' }`, [
    ['abc', true],
    ['a\nc', false],
  ]),
  ...values('re: anchors', `selection: { f|re: '^ab$' }`, [
    ['ab', true],
    ['xab', false],
    ['ab\n', false],
  ]),
  ...values('re: quantifiers', `selection: { f|re: '^a*b?c+d{2,3}$' }`, [
    ['cdd', true],
    ['aabccddd', true],
    ['cd', false],
    ['cdddd', false],
  ]),
  ...values('re: classes', `selection: { f|re: '^[a-c][^0-9]$' }`, [
    ['bx', true],
    ['b1', false],
    ['dx', false],
  ]),
  ...values('re: alternation and groups', `selection: { f|re: '^(foo|bar)+$' }`, [
    ['foobar', true],
    ['foobaz', false],
  ]),
  ...values('re: a backslash is not a Sigma escape', String.raw`selection: { f|re: '\\x\.exe' }`, [
    ['a\\x.exe', true],
    ['a\\xxexe', false],
  ]),
  ...values('re: * and ? are not Sigma wildcards', `selection: { f|re: '^ab*$' }`, [
    ['abbb', true],
    ['abx', false],
  ]),
  ...values('re|i is case-insensitive', `selection: { f|re|i: 'ab+c' }`, [
    ['xABBCx', true],
    ['xAXCx', false],
  ]),
  ...values('re|m: ^ and $ at line ends', `selection: { f|re|m: '^b$' }`, [
    ['a\nb\nc', true],
    ['ab', false],
  ]),
  ...values('re|s: dot matches a newline', `selection: { f|re|s: 'a.c' }`, [
    ['a\nc', true],
    ['ac', false],
  ]),
  ...values('flags together', `selection: { f|re|i|m|s: '^A.b$' }`, [
    ['x\na\nB\ny', true],
    ['xab', false],
  ]),
  ...values('inline flags', `selection: { f|re: '(?i)abc' }`, [
    ['xABCx', true],
    ['abd', false],
  ]),
  ...values('re with a list', `selection: { f|re: ['^a', 'z$'] }`, [
    ['abc', true],
    ['xyz', true],
    ['mmm', false],
  ]),
  ...values('re with all', `selection: { f|re|all: ['^a', 'z$'] }`, [
    ['abz', true],
    ['abc', false],
  ]),
  ...values('re with neq', `selection: { f|re|neq: '^a' }`, [
    ['b', true],
    ['a', false],
  ]),
  ...values('re with startswith', `selection: { f|re|startswith: 'b|a' }`, [
    ['ax', true],
    ['xa', false],
  ]),
  ...values('re with endswith', `selection: { f|re|endswith: 'b|a' }`, [
    ['xa', true],
    ['ax', false],
  ]),
  ...values('re on a number', `selection: { f|re: '^46' }`, [
    [4625, true],
    [1, false],
  ]),
  // Encoding
  ...values('base64', `selection: { f|base64: 'foobar' }`, [
    ['Zm9vYmFy', true],
    ['foobar', false],
  ]),
  ...values('base64 with padding', `selection: { f|base64|contains: '/bin/sh' }`, [
    ['echo L2Jpbi9zaA== | base64 -d', true],
    ['echo /bin/sh', false],
  ]),
  ...values('base64 of UTF-8', `selection: { f|base64: 'é' }`, [
    ['w6k=', true],
    ['6Q==', false],
  ]),
  ...[0, 1, 2].flatMap((shift) =>
    values(`base64offset at offset ${shift}`, `selection: { f|base64offset|contains: 'http://evil' }`, [
      [Buffer.from(`${'#'.repeat(shift)}http://evil.example`).toString('base64'), true],
      [Buffer.from(`${'#'.repeat(shift)}http://good.example`).toString('base64'), false],
    ]),
  ),
  ...[0, 1, 2].map(
    (shift): Case => [
      `base64offset of every length, offset ${shift}`,
      `selection: { f|base64offset|contains|all: ['abcde', 'abcdef', 'abcdefg'] }`,
      { f: Buffer.from(`${'x'.repeat(shift)}abcdefgh`).toString('base64') },
      true,
    ],
  ),
  ...values('wide', `selection: { f|wide: 'cmd' }`, [
    ['c\0m\0d\0', true],
    ['cmd', false],
  ]),
  ...values('utf16le is the same', `selection: { f|utf16le: 'cmd' }`, [
    ['c\0m\0d\0', true],
    ['\0c\0m\0d', false],
  ]),
  ...values('utf16be', `selection: { f|utf16be: 'cmd' }`, [
    ['\0c\0m\0d', true],
    ['c\0m\0d\0', false],
  ]),
  ...values('utf16 has a byte order mark', `selection: { f|utf16: 'cmd' }`, [
    ['\xff\xfec\0m\0d\0', true],
    ['c\0m\0d\0', false],
  ]),
  ...values('wide, then base64offset', `selection: { f|wide|base64offset|contains: 'ping' }`, [
    [utf16('x ping y'), true],
    [utf16('xx ping y'), true],
    [utf16('xx pong y'), false],
  ]),
  ...values('wide, then base64', `selection: { f|wide|base64: 'Aé' }`, [
    ['QQDpAA==', true],
    ['QcOp', false],
  ]),
  ...values('utf16be, then base64', `selection: { f|utf16be|base64: 'A' }`, [['AEE=', true]]),
  ...values('utf16, then base64', `selection: { f|utf16|base64: 'A' }`, [['//5BAA==', true]]),
  ...values('base64 and cased', `selection: { f|base64|contains|cased: 'foobar' }`, [
    ['xZm9vYmFyx', true],
    ['xzm9vymfyx', false],
  ]),
  ...detections('what cannot be encoded', { f: 'x' }, [
    [`selection: { f|base64: 'a*b' }`, 'E_MODIFIER_VALUE'],
    [`selection: { f|base64offset: 'a?b' }`, 'E_MODIFIER_VALUE'],
    [`selection: { f|contains|base64: 'ab' }`, 'E_MODIFIER_VALUE'],
    [`selection: { f|wide|wide: 'ab' }`, 'E_MODIFIER_VALUE'],
    [`selection: { f|base64: 5 }`, 'E_MODIFIER_VALUE'],
    [String.raw`selection: { f|base64: 'a\*b' }`, false],
  ]),
];

/** With the values that the placeholders have in the tests. */
export const placeholders = new Map<string, readonly string[]>([
  ['Servers', ['srv*', 'host']],
  ['Administrators', ['root', 'admin']],
  ['one', ['1']],
  ['none', []],
]);

export const expanded: readonly Case[] = [
  ...values('expand replaces a placeholder', `selection: { f|expand: '%Administrators%' }`, [
    ['root', true],
    ['ADMIN', true],
    ['user', false],
    ['%Administrators%', false],
  ]),
  ...values('its values may hold wildcards', `selection: { f|expand: '%Servers%' }`, [
    ['srv01', true],
    ['host', true],
    ['host1', false],
  ]),
  ...values('without expand it is a literal value', `selection: { f: '%Administrators%' }`, [
    ['%Administrators%', true],
    ['root', false],
  ]),
  ...values('an escaped percent sign is plain', String.raw`selection: { f|expand: '\%plain%one%' }`, [
    ['%plain1', true],
    ['plain1', false],
  ]),
  ...values('text around a placeholder', `selection: { f|expand: 'a%one%b' }`, [
    ['a1b', true],
    ['ab', false],
  ]),
  ...values('two placeholders in one value', `selection: { f|expand: '%Administrators%@%Servers%' }`, [
    ['root@srv7', true],
    ['admin@host', true],
    ['root@x', false],
  ]),
  ...values('expand, then contains', `selection: { f|expand|contains: '%Administrators%' }`, [
    ['xrootx', true],
    ['x', false],
  ]),
  ...values('expand with all', `selection: { f|contains|all|expand: ['%one%', '%Administrators%'] }`, [
    ['1 root', true],
    ['1', false],
  ]),
  ...detections('a placeholder that cannot be handled rejects the rule', { f: 'x' }, [
    [`selection: { f|expand: '%unknown%' }`, 'E_PLACEHOLDER'],
    [`selection: { f|expand: '%none%' }`, 'E_PLACEHOLDER'],
    [`selection: { f|expand: 'no placeholder' }`, false],
  ]),
];

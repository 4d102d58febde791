// "All values are treated as case-insensitive strings", wildcards, escapes, and the modifiers that compare text.
import { type Case, detections, values } from './case.ts';

export const text: readonly Case[] = [
  ...values('values are case-insensitive strings', `selection: { f: 'Whoami.EXE' }`, [
    ['whoami.exe', true],
    ['WHOAMI.EXE', true],
    ['whoami.exe ', false],
    ['awhoami.exe', false],
    ['', false],
    [undefined, false],
    [null, false],
  ]),
  ...values('case-insensitive beyond ASCII', `selection: { f: 'ÄRGER ΣΑΣ' }`, [
    ['ärger σας', true],
    ['Ärger σασ', true],
    ['arger σας', false],
  ]),
  ...values('* is any number of characters', `selection: { f: 'antivirus_V*.exe' }`, [
    ['antivirus_V1.exe', true],
    ['antivirus_V21.2.1.exe', true],
    ['antivirus_V.exe', true],
    ['antivirus_V1.dll', false],
    ['xantivirus_V1.exe', false],
  ]),
  ...values('? is a single mandatory character', `selection: { f: 'prog?.exe' }`, [
    ['progA.exe', true],
    ['progB.exe', true],
    ['prog.exe', false],
    ['progAB.exe', false],
    ['prog😀.exe', true],
  ]),
  ...values('* alone is any value', `selection: { f: '*' }`, [
    ['x', true],
    ['', true],
    [undefined, false],
    [null, false],
    [4, true],
  ]),
  ...values('? alone is one character', `selection: { f: '?' }`, [
    ['x', true],
    ['', false],
    ['xy', false],
    ['😀', true],
  ]),
  ...values('several * in one value', `selection: { f: 'a*b*c' }`, [
    ['abc', true],
    ['a1b2c', true],
    ['aXbXbc', true],
    ['acb', false],
    ['abcd', false],
    ['abca', false],
    ['a*b*c', true],
  ]),
  ...values('* and ? together', `selection: { f: '*a?c*' }`, [
    ['abc', true],
    ['xxabcxx', true],
    ['ac', false],
    ['aac aXc', true],
    ['a😀c', true],
  ]),
  ...values('?* asks for at least one character', `selection: { f: 'a?*' }`, [
    ['ab', true],
    ['abc', true],
    ['a', false],
  ]),
  ...values('overlapping ends are not counted twice', `selection: { f: 'aba*ba' }`, [
    ['ababa', true],
    ['aba', false],
    ['ababba', true],
  ]),
  // Escape Character
  ...values('a plain backslash may be single', String.raw`selection: { f: 'C:\Windows\x' }`, [
    ['C:\\Windows\\x', true],
    ['C:Windowsx', false],
  ]),
  ...values('or double', String.raw`selection: { f: 'C:\\Windows\\x' }`, [
    ['C:\\Windows\\x', true],
    ['C:\\\\Windows\\\\x', false],
  ]),
  ...values('an escaped * is a plain character', String.raw`selection: { f: 'a\*b' }`, [
    ['a*b', true],
    ['aXb', false],
    ['a\\*b', false],
  ]),
  ...values('an escaped ? is a plain character', String.raw`selection: { f: 'a\?b' }`, [
    ['a?b', true],
    ['aXb', false],
  ]),
  ...values('\\\\* is a backslash followed by a wildcard', String.raw`selection: { f: 'C:\\*' }`, [
    ['C:\\', true],
    ['C:\\x', true],
    ['C:*', false],
    ['C:x', false],
  ]),
  ...values('\\\\\\* is both as plain values', String.raw`selection: { f: 'a\\\*' }`, [
    ['a\\*', true],
    ['a\\x', false],
    ['a*', false],
  ]),
  ...values('three backslashes are two', String.raw`selection: { f: 'a\\\b' }`, [
    ['a\\\\b', true],
    ['a\\b', false],
  ]),
  ...values('four backslashes are two', String.raw`selection: { f: 'a\\\\b' }`, [
    ['a\\\\b', true],
    ['a\\b', false],
  ]),
  ...values('a trailing backslash is itself', String.raw`selection: { f: 'a\' }`, [
    ['a\\', true],
    ['a', false],
  ]),
  ...values('a backslash before another character stays', String.raw`selection: { f: 'a\nb' }`, [
    ['a\\nb', true],
    ['a\nb', false],
  ]),
  ...values('quotation marks are doubled in YAML only', `selection: { f: 'it''s' }`, [
    ["it's", true],
    ["it''s", false],
  ]),
  // contains, startswith, endswith
  ...values('contains matches anywhere', `selection: { f|contains: 'evil' }`, [
    ['evil', true],
    ['xEVILx', true],
    ['ev il', false],
    [undefined, false],
    [['good', 'an evil one'], true],
  ]),
  ...values('startswith is the beginning', `selection: { f|startswith: 'adm' }`, [
    ['adm', true],
    ['ADMin', true],
    ['xadm', false],
  ]),
  ...values('endswith is the end', String.raw`selection: { f|endswith: '\cmd.exe' }`, [
    ['C:\\Windows\\CMD.exe', true],
    ['C:\\Windows\\cmd.exe.bak', false],
    ['cmd.exe', false],
  ]),
  ...values('wildcards keep their meaning inside contains', `selection: { f|contains: 'a*b' }`, [
    ['xxaYYbxx', true],
    ['ba', false],
  ]),
  ...values('contains with a value that ends in a wildcard', `selection: { f|contains: 'abc*' }`, [
    ['xabc', true],
    ['xab', false],
  ]),
  ...values('an escaped wildcard inside contains', String.raw`selection: { f|contains: '\*' }`, [
    ['a*b', true],
    ['ab', false],
  ]),
  ...values('startswith and endswith take lists', `selection: { f|endswith: ['.ps1', '.vbs'] }`, [
    ['x.ps1', true],
    ['x.VBS', true],
    ['x.txt', false],
  ]),
  ...values('text modifiers take numbers', `selection: { f|startswith: 46 }`, [
    [4625, true],
    ['4688', true],
    [5156, false],
  ]),
  ...values('contains of nothing is anything', `selection: { f|contains: '' }`, [
    ['x', true],
    ['', true],
    [undefined, false],
  ]),
  // cased
  ...values('cased applies the value case-sensitively', `selection: { f|cased: 'Foo' }`, [
    ['Foo', true],
    ['foo', false],
    ['FOO', false],
  ]),
  ...values('cased behind contains', `selection: { f|contains|cased: 'Foo' }`, [
    ['a Foo b', true],
    ['a foo b', false],
  ]),
  ...values('cased before contains', `selection: { f|cased|contains: 'Foo' }`, [
    ['a Foo b', true],
    ['a foo b', false],
  ]),
  ...values('cased with wildcards', `selection: { f|cased: 'F?o*' }`, [
    ['Fxo1', true],
    ['fxo1', false],
  ]),
  ...values('cased list', `selection: { f|endswith|cased: ['A', 'b'] }`, [
    ['xA', true],
    ['xB', false],
    ['xb', true],
  ]),
  // windash
  ...values('windash takes five dashes for one another', `selection: { f|windash|contains: ' -enc ' }`, [
    ['x -enc y', true],
    ['x /enc y', true],
    ['x –enc y', true],
    ['x —enc y', true],
    ['x ―enc y', true],
    ['x enc y', false],
    ['x _enc y', false],
    ['x -ENC y', true],
  ]),
  ...values('windash in all places at once', `selection: { f|contains|windash: '-a /b' }`, [
    ['-a -b', true],
    ['/a -b', true],
    ['/a /b', true],
    ['—a –b', true],
    ['-a b', false],
  ]),
  ...values('windash behind endswith', `selection: { f|endswith|windash: ' -s' }`, [
    ['cmd /s', true],
    ['cmd -s', true],
    ['cmd -sx', false],
  ]),
  ...values('windash from a long dash', `selection: { f|windash: '–x' }`, [
    ['-x', true],
    ['/x', true],
    ['x', false],
  ]),
  ...values('windash with a list and all', `selection: { f|contains|all|windash: ['-a', '-b'] }`, [
    ['/a /b', true],
    ['/a', false],
  ]),
  // all
  ...values('lists of values are linked with OR', `selection: { f|contains: ['a', 'b'] }`, [
    ['a', true],
    ['b', true],
    ['ab', true],
    ['c', false],
  ]),
  ...values('all links them with AND', `selection: { f|contains|all: ['a', 'b'] }`, [
    ['a', false],
    ['b', false],
    ['xbxa', true],
  ]),
  ...values('all with three values in any order', `selection: { f|contains|all: ['-x', '-y', '-z'] }`, [
    ['-z -y -x', true],
    ['-x -y', false],
  ]),
  ...values('all on a list field: any element for each', `selection: { f|all: ['a', 'b'] }`, [
    [['a', 'b'], true],
    [['a'], false],
    ['a', false],
  ]),
  ...values('a single value with all still matches', `selection: { f|contains|all: ['a'] }`, [
    ['xa', true],
    ['x', false],
  ]),
  // neq
  ...values('neq: the field is different from the value', `selection: { f|neq: 'a' }`, [
    ['a', false],
    ['A', false],
    ['b', true],
    [undefined, true],
  ]),
  ...values('neq: different from all of the values', `selection: { f|neq: ['a', 'b'] }`, [
    ['a', false],
    ['b', false],
    ['c', true],
  ]),
  ...values('neq with contains', `selection: { f|contains|neq: 'a' }`, [
    ['xax', false],
    ['xxx', true],
  ]),
  ...values('neq with a number', `selection: { f|neq: 5 }`, [
    [5, false],
    ['5', false],
    [6, true],
  ]),
  ...detections('lists and multi-valued fields', { f: ['one', 'two'] }, [
    [`selection: { f: 'one' }`, true],
    [`selection: { f: ['x', 'two'] }`, true],
    [`selection: { f: 'onetwo' }`, false],
    [`selection: { f|startswith: 'tw' }`, true],
    [`selection: { f|neq: 'one' }`, false],
  ]),
];

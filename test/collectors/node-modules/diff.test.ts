import assert from 'node:assert/strict';
import { diff } from '../../../collectors/node-modules/diff.ts';
import type { LockedPackage } from '../../../collectors/node-modules/lockfiles/lockfile.ts';
import { Table } from '../../../collectors/node-modules/table.ts';

/** `a@1` in node_modules/a; `a@1 in x` in node_modules/x/node_modules/a; `a@1 #h` with content h. */
function table(...packages: string[]): Table {
  const entries = packages.map((text): [string, LockedPackage] => {
    const [, name, version, outer, content] = /^(\w+)@(\S+)(?: in (\w+))?(?: #(\w+))?$/.exec(text) ?? [];
    assert.ok(name && version, text);
    const directory = outer ? `node_modules/${outer}/node_modules/${name}` : `node_modules/${name}`;
    const integrity = content ? `sha512-${content}` : '';
    return [directory, { directory, name, version, integrity, source: 'registry', dependencies: [] }];
  });
  return Table.of({ manager: 'npm', packages: new Map(entries), direct: [], refused: 0 }, () => 0);
}

const cases: readonly { what: string; before: Table; after: Table; changes: string[] }[] = [
  { what: 'nothing', before: table('a@1'), after: table('a@1'), changes: [] },
  { what: 'a new one', before: table(), after: table('a@1'), changes: ['added a@1'] },
  { what: 'one that is gone', before: table('a@1'), after: table(), changes: ['removed a@1'] },
  { what: 'another version', before: table('a@1'), after: table('a@2'), changes: ['changed a@2 from 1'] },
  {
    what: 'another version elsewhere',
    before: table('a@1'),
    after: table('a@2 in x'),
    changes: ['changed a@2 from 1'],
  },
  { what: 'a move', before: table('a@1 in x'), after: table('a@1'), changes: [] },
  { what: 'a second copy', before: table('a@1'), after: table('a@1', 'a@1 in x'), changes: [] },
  { what: 'a second version', before: table('a@1'), after: table('a@1', 'a@2 in x'), changes: ['added a@2'] },
  {
    what: 'two versions for two others',
    before: table('a@1', 'a@2 in x'),
    after: table('a@3', 'a@4 in x'),
    changes: ['changed a@3 from 1', 'changed a@4 from 2'],
  },
  {
    what: 'two versions for one',
    before: table('a@1'),
    after: table('a@2 in x', 'a@3 in y'),
    changes: ['added a@2', 'added a@3', 'removed a@1'],
  },
  { what: 'other content', before: table('a@1 #x'), after: table('a@1 #y'), changes: ['changed a@1 from 1'] },
  { what: 'content that was not known', before: table('a@1'), after: table('a@1 #y'), changes: [] },
];

describe('the difference of two package sets', () => {
  for (const { what, before, after, changes } of cases) {
    it(what, () => {
      const found = diff(before, after).map(({ action, row, previousVersion }) => {
        const from = previousVersion === undefined ? '' : ` from ${previousVersion}`;
        return `${action} ${row.name}@${row.version}${from}`;
      });
      assert.deepEqual(found.sort(), changes);
    });
  }
});

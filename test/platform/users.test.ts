import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { homeDirectories } from '../../platform/homes.ts';
import { accounts } from '../../platform/linux/passwd.ts';
import { createUsers } from '../../platform/users.ts';

describe('users and homes', () => {
  it('this user has a name, a stranger has a number', () => {
    const users = createUsers();
    const { uid, username } = userInfo();
    assert.equal(users.name(uid), username);
    assert.equal(users.name(3_999_999_999), 'uid:3999999999');
    assert.equal(users.name(-1), 'unknown');
  });

  it('a stream of strangers does not read the accounts again for each', () => {
    let reads = 0;
    const users = createUsers(() => {
      reads++;
      return new Map();
    });
    for (let uid = 0; uid < 1000; uid++) users.name(uid);
    assert.equal(reads, 1);
  });

  it('finds this home once', () => {
    assert.equal(homeDirectories().filter((home) => home === homedir()).length, 1);
  });

  it('passes over lines that are no account', () => {
    const directory = mkdtempSync(join(tmpdir(), 'lifeguard-test-'));
    const file = join(directory, 'passwd');
    writeFileSync(
      file,
      'root:x:0:0:root:/root:/bin/sh\n\n+::::::\nbad:x:abc:0::/h:/bin/sh\nlow:x:5:5::relative:/bin/sh\n',
    );
    assert.deepEqual(accounts(file), [{ name: 'root', uid: 0, home: '/root' }]);
    assert.deepEqual(accounts(join(directory, 'absent')), []);
    rmSync(directory, { recursive: true });
  });
});

// A tree that never stops forking, against the real kernel.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeze, kill, release } from '../../../collectors/egress/contain.ts';
import type { TreeRecord } from '../../../collectors/egress/records.ts';
import { openPackageTrees, type PackageTreeSource, type Root } from '../../../collectors/egress/source.ts';
import { openCgroup } from '../../../platform/linux/cgroup.ts';

/** Each process appends a byte, forks the next and ends: there is never one to catch for long. It stops by itself. */
const HOPPER = `
import os, sys, time
end = time.time() + 8
log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
while time.time() < end:
    if os.fork(): os._exit(0)
    os.setsid()
    os.write(log, b'.')
`;

describe('containing a package tree', () => {
  let directory: string;
  let source: PackageTreeSource;
  let root: Root | undefined;
  let hoppers: ChildProcess[] = [];

  before(function () {
    if (process.getuid?.() !== 0 || !existsSync('/usr/bin/python3')) {
      console.warn('SKIPPED: containment needs root and /usr/bin/python3');
      this.skip();
    }
    source = openPackageTrees((record: TreeRecord) => {
      if (record.type === 'exec' && record.root.pid === hoppers[0]?.pid) root = record.root;
    });
  });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lifeguard-contain-'));
    root = undefined;
    hoppers = [];
  });

  afterEach(() => {
    if (root) {
      kill(source, root);
      waitFor(() => openCgroup(`${root?.pid}-${root?.startNs}`).remove());
    }
    for (const hopper of hoppers) hopper.kill('SIGKILL');
    rmSync(directory, { recursive: true });
  });

  after(() => source?.close());

  function waitFor(condition: () => boolean): void {
    const end = Date.now() + 3000;
    while (!condition()) assert.ok(Date.now() < end, 'it did not come about in 3 s');
  }

  function size(log: string): number {
    return existsSync(log) ? statSync(log).size : 0;
  }

  /** Ten chains of processes that hop, below one lifecycle script. */
  function startHopping(): { log: string; root: Root } {
    const log = join(directory, 'log');
    const command = 'for i in 1 2 3 4 5 6 7 8 9 10; do /usr/bin/python3 -c "$1" "$2" & done; wait';
    hoppers.push(
      spawn('/bin/sh', ['-c', command, 'sh', HOPPER, log], {
        env: { ...process.env, npm_lifecycle_event: 'postinstall', npm_package_name: 'hopper' },
        stdio: 'ignore',
      }),
    );
    waitFor(() => {
      source.drain();
      return root !== undefined && size(log) > 200;
    });
    return { log, root: root as Root };
  }

  function grows(log: string): boolean {
    const before = size(log);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
    return size(log) > before;
  }

  it('kills all of it', () => {
    const tree = startHopping();
    const { outcome } = kill(source, tree.root);
    assert.equal(outcome, 'killed');
    waitFor(() => source.members(tree.root).length === 0);
    assert.equal(grows(tree.log), false);
  });

  it('freezes all of it and lets it go on', () => {
    const tree = startHopping();
    assert.equal(freeze(source, tree.root).outcome, 'frozen');
    const group = openCgroup(`${tree.root.pid}-${tree.root.startNs}`);
    waitFor(() => group.isFrozen());
    assert.equal(grows(tree.log), false);
    for (const pid of group.pids()) assert.doesNotMatch(readFileSync(`/proc/${pid}/stat`, 'utf8'), /\) T /);
    release(source, tree.root);
    waitFor(() => grows(tree.log));
  });

  it('says so where there is nothing left', () => {
    const gone = { pid: 4_000_000, startNs: 1n };
    assert.deepEqual(kill(source, gone), { outcome: 'gone', processes: 0 });
    assert.deepEqual(freeze(source, gone), { outcome: 'gone', processes: 0 });
  });
});

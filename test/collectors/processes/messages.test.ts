// The tree's memory, with the kernel's part played: pids that no process has, so that /proc says nothing of them.
import assert from 'node:assert/strict';
import type { TreeNode } from '../../../collectors/processes/node.ts';
import { Tree } from '../../../collectors/processes/tree.ts';
import { monotonicTime } from '../../../platform/linux/procfs-boot.ts';
import type { Observation } from '../../../collectors/sensor/tree.ts';
import type { Lineage } from '../../../schema/process.ts';

const evil: Lineage = { class: 'L', tree: 'b-1-1', packageName: 'evil', via: 'environment' };
/** Beyond the largest pid of any Linux. */
const NOBODY = 5_000_000;
const shell = NOBODY + 1;

describe('collectors/processes/tree, message by message', () => {
  let tree: Tree;
  let seen: Observation[];
  let at: number;

  beforeEach(() => {
    seen = [];
    at = monotonicTime();
    tree = new Tree((observation) => seen.push(observation));
    const own = tree.find(process.pid);
    assert.ok(own);
    own.lineage = undefined;
    tree.fork(process.pid, shell, at);
    tag(shell, evil);
  });

  function tag(pid: number, lineage: Lineage): void {
    const node = tree.find(pid);
    assert.ok(node);
    node.lineage = lineage;
    node.executed = true;
  }

  it('inherits at fork and remembers that it did', () => {
    tree.fork(shell, NOBODY + 2, at + 1);
    assert.deepEqual(tree.find(NOBODY + 2)?.lineage, { ...evil, via: 'inherited' });
    assert.equal(tree.find(NOBODY + 2)?.parent?.pid, shell);
  });

  it('keeps an orphan’s ancestry after every parent is gone', () => {
    tree.fork(shell, NOBODY + 2, at + 1);
    tree.fork(NOBODY + 2, NOBODY + 3, at + 2);
    tree.exit(NOBODY + 2, 0, at + 3);
    tree.exit(shell, 0, at + 4);
    const orphan = tree.find(NOBODY + 3);
    assert.equal(orphan?.lineage?.packageName, 'evil');
    assert.equal(orphan.parent?.parent?.pid, shell);
  });

  it('gives a reused pid its new parent’s lineage', () => {
    tree.exit(shell, 0, at + 1);
    tree.fork(process.pid, shell, at + 200_000);
    assert.equal(tree.find(shell)?.lineage, undefined);
  });

  it('replaces a node whose exit was never heard of', () => {
    tree.fork(process.pid, shell, at + 200_000);
    assert.equal(tree.find(shell)?.lineage, undefined);
  });

  it('forgets a dead pid that nobody has any more', () => {
    tree.exit(shell, 0, at + 1);
    assert.equal(tree.find(shell), undefined);
  });

  it('lets a process live on whose first thread ended', () => {
    tag(process.pid, evil);
    tree.exit(process.pid, 0, at + 1);
    assert.equal(tree.find(process.pid)?.lineage?.packageName, 'evil');
    tree.fork(process.pid, NOBODY + 2, at + 2);
    assert.equal(tree.find(NOBODY + 2)?.lineage?.packageName, 'evil');
  });

  it('keeps the lineage through an exec that it comes too late to see', () => {
    tree.exec(shell, at + 1);
    assert.equal(tree.find(shell)?.lineage?.packageName, 'evil');
    assert.equal(tree.counters()['exec-unread'], 1);
  });

  it('tags what package code attaches to', () => {
    tree.fork(process.pid, NOBODY + 2, at + 1);
    tree.trace(NOBODY + 2, shell);
    assert.equal(tree.find(NOBODY + 2)?.lineage?.packageName, 'evil');
    tree.fork(process.pid, NOBODY + 3, at + 2);
    tree.trace(shell, NOBODY + 3);
    assert.equal(tree.find(NOBODY + 3)?.lineage, undefined);
  });

  it('follows a change of user', () => {
    tree.fork(shell, NOBODY + 2, at + 1);
    tree.user(NOBODY + 2, 1000);
    tree.fork(NOBODY + 2, NOBODY + 3, at + 2);
    const child = tree.find(NOBODY + 3);
    assert.ok(child);
    assert.equal(tree.describe(child).uid, 1000);
  });

  it('reports an exit with its code, or the signal that ended it', () => {
    tree.exit(shell, 3 << 8, at + 1);
    const last = seen.at(-1);
    assert.ok(last?.kind === 'process' && last.action === 'exit');
    assert.equal(last.exitCode, 3);
    assert.equal(last.monotonic, at + 1);
    assert.match(last.time, /^\d{4}-.*Z$/);
  });

  it('drops records beyond 2,000 a second, and counts them', () => {
    const second = Math.ceil(at / 1e6) * 1e6;
    for (let pid = NOBODY + 10; pid < NOBODY + 3010; pid++) {
      tree.fork(shell, pid, second);
      tag(pid, evil);
      tree.exit(pid, 9, second + 1);
    }
    assert.equal(seen.length, 2000);
    assert.equal(tree.counters()['process-events-dropped'], 1000);
  });

  it('stays small while processes come and go', () => {
    for (let pid = NOBODY + 10; pid < NOBODY + 20_010; pid++) {
      tree.fork(process.pid, pid, at);
      tree.exit(pid, 0, at);
    }
    assert.ok((tree.counters()['processes'] ?? 0) < 1200, `${tree.counters()['processes']}`);
  });

  it('cuts a chain of forks that each exit, and keeps both ends', () => {
    let parent = shell;
    for (let pid = NOBODY + 10; pid < NOBODY + 10_010; pid++) {
      tree.fork(parent, pid, at);
      tree.exit(parent, 0, at);
      parent = pid;
    }
    const last = tree.find(parent);
    assert.equal(last?.lineage?.packageName, 'evil');
    let length = 0;
    let eldest: TreeNode | undefined = last;
    for (; eldest?.parent; eldest = eldest.parent) length++;
    assert.ok(length < 200, `${length} generations`);
    assert.equal(eldest?.pid, 1);
    assert.equal(last && tree.describe(last).ancestors.length, 32);
  });

  it('takes up with /proc after lost messages', () => {
    tree.overflow();
    tree.drain(() => {});
    assert.equal(tree.counters()['netlink-overflow-lost'], 1);
    assert.equal(tree.counters()['resyncs'], 1);
    assert.equal(tree.find(shell), undefined, 'what is not in /proc is dead');
    assert.ok(tree.find(process.ppid));
  });

  it('reads everything from /proc where the kernel sends nothing', () => {
    const blind = new Tree(() => {}, true);
    const own = blind.find(process.pid);
    assert.equal(own?.parent?.pid, process.ppid);
    assert.match(own.image, /node$/);
    assert.equal(blind.find(NOBODY), undefined);
  });
});

// The tree of processes, kept from the kernel's messages. Tags are inherited at fork and outlive setsid, reparenting, exec and
// the parents themselves. Runs in the sensor's thread: every call is short, and nothing here waits or throws for what a
// process does.
import { bootId, bootTime, monotonicTime } from '../../platform/linux/procfs-boot.ts';
import {
  exists,
  listProcesses,
  readImage,
  readStat,
  readUser,
  realPath,
} from '../../platform/linux/procfs.ts';
import type { ProcessMessages } from '../../platform/linux/netlink-messages.ts';
import type { Lineage, ProcessInfo } from '../../schema/process.ts';
import type { Emit, ProcessNode, ProcessTree, RecallExec } from '../sensor/tree.ts';
import { type Verdict, classify } from './classify.ts';
import { commandLine, describeNode } from './describe.ts';
import type { ManagerRole, Observation } from './evidence.ts';
import { whoForked } from './forker.ts';
import { TreeNode, forkNode, inherited, isPackageCode } from './node.ts';
import { observe, observeRecord } from './observe.ts';
import { type First, MAX_ANCESTRY, managerThatStarted, positionOf } from './position.ts';
import { RecordLimit, exitCodeOf } from './records.ts';
import { ProcessTable, isSame, sameStart } from './table.ts';

const RESYNC_INTERVAL = 1_000_000;
const files = { realPath, exists };

/** Without the kernel's messages (`blind`) everything is read from /proc when it is asked for. */
export class Tree implements ProcessTree, ProcessMessages {
  readonly #emit: Emit;
  readonly #blind: boolean;
  readonly #recallExec: RecallExec;
  readonly #table = new ProcessTable();
  readonly #boot = bootId();
  readonly #bootedAt = Date.now() - bootTime() / 1000;
  /** What suspend adds to the monotonic clock, µs. */
  #suspended = bootTime() - monotonicTime();
  #lastResync = 0;
  #stale = false;
  readonly #limit = new RecordLimit();
  readonly #counts = {
    forks: 0,
    execs: 0,
    exits: 0,
    'exec-unread': 0,
    'exec-late': 0,
    'exec-recalled': 0,
    'fork-adopted': 0,
    'fork-unproven': 0,
    'trace-adopted': 0,
    learned: 0,
    resyncs: 0,
    'netlink-overflow-lost': 0,
    'process-events-dropped': 0,
  };

  constructor(emit: Emit, blind = false, recallExec: RecallExec = () => undefined) {
    this.#emit = emit;
    this.#recallExec = recallExec;
    this.#blind = blind;
    this.#stale = blind;
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counts, processes: this.#table.size, 'processes-untracked': this.#table.untracked };
  }

  drain(messages: () => void): void {
    this.#suspended = bootTime() - monotonicTime();
    messages();
    if (this.#stale && !this.#blind && monotonicTime() - this.#lastResync > RESYNC_INTERVAL) this.resync();
  }

  find(pid: number): TreeNode | undefined {
    let node = this.#table.get(pid);
    if (node && (node.dead || this.#stale)) node = this.#checked(node);
    if (node && this.#blind) this.#table.forget(node);
    if (!node || this.#blind) node = this.#learn(pid);
    if (node?.foreign === true) this.#disown(node);
    // The shell of a script was gone before it was read, but what it forked still carries its environment.
    if (node?.unread === true && !isPackageCode(node)) this.#look(node, monotonicTime(), false);
    return node;
  }

  recall(pid: number, start: number): TreeNode | undefined {
    const node = this.#table.get(pid);
    return node && sameStart(node, start) ? node : undefined;
  }

  actor(pid: number): TreeNode | undefined {
    const node = this.#table.get(pid);
    // Not `find`: it gives up what has ended.
    return node?.dead === true ? node : this.find(pid);
  }

  livingTrees(): ReadonlySet<string> {
    const trees = new Set<string>();
    for (const { dead, lineage } of this.#table.all()) if (!dead && lineage) trees.add(lineage.tree);
    return trees;
  }

  describe(node: ProcessNode): ProcessInfo {
    return describeNode(node as TreeNode, this.#bootedAt);
  }

  seed(): void {
    for (const pid of listProcesses()) if (!this.#table.get(pid)) this.#learn(pid);
  }

  resync(): void {
    this.#counts.resyncs++;
    this.#lastResync = monotonicTime();
    this.#stale = false;
    const running = new Set(listProcesses());
    for (const node of this.#table.all()) if (!running.has(node.pid)) this.#table.markDead(node);
    for (const pid of running) this.#refresh(pid);
  }

  fork(parentPid: number, pid: number, at: number): void {
    this.#counts.forks++;
    const start = at + this.#suspended;
    const known = this.#table.get(pid);
    // Read from /proc before its message came.
    if (known && !known.dead && sameStart(known, start)) return;
    const found = this.#table.get(parentPid);
    const parent = found?.dead === true ? this.#checked(found) : found;
    const forker = parent ?? this.#learn(parentPid);
    const child = forker ? forkNode(forker, pid, start) : new TreeNode(pid, start, undefined);
    if (forker?.packageChildren && !isPackageCode(forker)) this.#prove(forker, child);
    this.#table.add(child);
    this.#table.setLineage(child, child.lineage, forker);
  }

  exec(pid: number, at: number): void {
    this.#counts.execs++;
    const node = this.#table.get(pid);
    if (!node) {
      const learned = this.#learn(pid);
      if (learned?.lineage) this.#report('exec', learned, at);
      return;
    }
    // An exec by another thread ends the first one and takes its pid.
    this.#table.revive(node);
    node.stack = undefined;
    this.#look(node, at, true);
  }

  exit(pid: number, status: number, at: number): void {
    this.#counts.exits++;
    const node = this.#table.get(pid);
    if (!node || !this.#table.markDead(node) || !node.lineage || node.lineage.class === 'J') return;
    if (node.executed) this.#report('exit', node, at, exitCodeOf(status));
  }

  user(pid: number, uid: number): void {
    const node = this.#table.get(pid);
    if (node) node.uid = uid;
  }

  /** Package code that attaches to a process can make it do anything: from then on it is package code. */
  trace(pid: number, tracer: number): void {
    const by = this.#table.get(tracer);
    const node = this.#table.get(pid) ?? this.#learn(pid);
    if (!by || !node || !isPackageCode(by) || isPackageCode(node)) return;
    this.#counts['trace-adopted']++;
    this.#table.setLineage(node, inherited(by.lineage));
  }

  overflow(): void {
    this.#counts['netlink-overflow-lost']++;
    this.#stale = true;
  }

  /** The kernel's parent is not package code, but some of its children are: was it one of those? */
  #prove(parent: TreeNode, child: TreeNode): void {
    const forker = whoForked(parent, child.pid);
    if (forker.proof === 'parent') return;
    if (forker.proof === 'sibling') {
      this.#counts['fork-adopted']++;
      child.parent = forker.node;
      child.lineage = inherited(forker.node.lineage);
      return;
    }
    this.#counts['fork-unproven']++;
    child.unproven = true;
    child.foreign = forker.proof === 'other';
    child.readAt = monotonicTime();
    // A package manager at work starts little but scripts; anyone else may have started anything.
    if (parent.manager?.installs === true) child.lineage = this.#guess(parent, child, parent.manager);
  }

  /** The one script that runs now; where there are several, some script of which no more is known. */
  #guess(parent: TreeNode, child: TreeNode, { manager, directory }: ManagerRole): Lineage | undefined {
    const [first, ...others] = parent.packageChildren ?? [];
    const known = others.every(({ lineage }) => lineage?.tree === first?.lineage?.tree);
    if (known) return inherited(first?.lineage);
    return { class: 'L', tree: this.#treeOf(child), project: directory, manager, via: 'inherited' };
  }

  /** Its parent did not fork it, and only package code had a reason to make it seem so. */
  #disown(node: TreeNode): void {
    node.foreign = false;
    if (isPackageCode(node)) return;
    this.#counts['fork-adopted']++;
    this.#table.setLineage(node, { class: 'L', tree: this.#treeOf(node), via: 'inherited' });
  }

  #treeOf(node: TreeNode): string {
    return `${this.#boot}-${node.pid}-${node.start}`;
  }

  /** Reads what a process runs now and classifies it. */
  #look(node: TreeNode, at: number, replaced: boolean): void {
    // It still ran the image of whoever forked it when that was seen not to be its parent's.
    if (node.foreign && replaced && node.readAt < at) this.#disown(node);
    node.foreign = false;
    const first = this.#firstOf(node, at);
    node.readAt = monotonicTime();
    const seen = observe(node.pid) ?? this.#recalled(node);
    if (replaced) {
      node.executed = true;
      node.manager = undefined;
    }
    node.unread = seen?.environment === undefined;
    if (!seen) {
      this.#counts['exec-unread']++;
      if (replaced) {
        node.image = node.commandLine = '';
        node.mainScript = undefined;
      }
      return;
    }
    // What an unproven child of a manager inherited is a guess. A script that the manager names is better, and a package
    // manager that it starts runs its own scripts; for anything else the guess stands.
    const guess = node.unproven && first.manager ? node.lineage : undefined;
    node.unproven = false;
    const before = guess || first.late ? inherited(node.parent?.lineage) : node.lineage;
    const verdict = classify(seen, positionOf(node, this.#treeOf(node), before, first), files);
    const keep = guess !== undefined && verdict.lineage?.class !== 'L' && verdict.manager?.trusted !== true;
    this.#take(node, seen, verdict, keep ? guess : verdict.lineage);
    if (isPackageCode(node)) node.stack = readStat(node.pid)?.stack;
    if (node.lineage) this.#report('exec', node, at);
  }

  #recalled(node: TreeNode): Observation | undefined {
    const recorded = this.#recallExec(node.pid, node.start);
    if (recorded) this.#counts['exec-recalled']++;
    return recorded && observeRecord(recorded, node.directory);
  }

  #take(
    node: TreeNode,
    seen: Observation,
    { manager, mainScript }: Verdict,
    lineage: Lineage | undefined,
  ): void {
    node.image = seen.image;
    node.directory = seen.directory;
    node.manager = manager;
    node.mainScript = mainScript;
    node.commandLine = commandLine(seen.words, lineage !== undefined);
    this.#table.setLineage(node, lineage);
  }

  /**
   * The package manager, where this is the first program of a child that it forked. Messages are read after the fact: where
   * the next exec had happened before the first was read, what was seen was already the next one.
   */
  #firstOf(node: TreeNode, at: number): First {
    if (!node.executed || node.unread) {
      node.first = managerThatStarted(node);
      return { manager: node.first, late: node.unread };
    }
    const manager = at < node.readAt ? node.first : undefined;
    node.first = undefined;
    if (!manager) return { manager, late: false };
    this.#counts['exec-late']++;
    return { manager, late: true };
  }

  /** A process that no message told of, linked to its parent as the kernel has it now. */
  #learn(pid: number, depth = 0): TreeNode | undefined {
    const stat = readStat(pid);
    if (!stat || pid <= 0) return undefined;
    this.#counts.learned++;
    let parent = this.#table.get(stat.parent);
    if (parent?.dead === true) parent = this.#checked(parent);
    if (!parent && stat.parent > 0 && depth < MAX_ANCESTRY) parent = this.#learn(stat.parent, depth + 1);
    const node = new TreeNode(pid, stat.start, parent);
    node.lineage = inherited(parent?.lineage);
    node.uid = readUser(pid);
    node.executed = true;
    const seen = observe(pid);
    const verdict =
      seen &&
      classify(
        seen,
        positionOf(node, this.#treeOf(node), node.lineage, { manager: parent?.manager, late: false }, false),
        files,
      );
    if (verdict) node.lineage = verdict.lineage;
    this.#table.add(node);
    this.#table.setLineage(node, node.lineage, parent);
    if (seen && verdict) this.#take(node, seen, verdict, verdict.lineage);
    return node;
  }

  /** The node where it is still the same process, revived; undefined where its pid was given to another. */
  #checked(node: TreeNode): TreeNode | undefined {
    if (isSame(node)) {
      this.#table.revive(node);
      return node;
    }
    const stat = readStat(node.pid);
    // A zombie keeps its pid: nobody else can be meant.
    if (stat && sameStart(node, stat.start)) return node;
    this.#table.forget(node);
    return undefined;
  }

  #refresh(pid: number): void {
    const node = this.#table.get(pid);
    const same = node && this.#checked(node);
    if (!same) {
      this.#learn(pid);
      return;
    }
    // Another image than the one we know: its exec was among what was lost.
    const image = readImage(pid);
    if (image !== undefined && image !== same.image) this.#look(same, monotonicTime(), true);
  }

  #report(action: 'exec' | 'exit', node: TreeNode, monotonic: number, exitCode?: number): void {
    if (!this.#limit.admits(monotonic)) {
      this.#counts['process-events-dropped']++;
      return;
    }
    const time = new Date(this.#bootedAt + (monotonic + this.#suspended) / 1000).toISOString();
    const event = {
      kind: 'process',
      collector: 'processes',
      action,
      time,
      monotonic,
      process: this.describe(node),
    } as const;
    this.#emit(exitCode === undefined ? event : { ...event, exitCode });
  }
}

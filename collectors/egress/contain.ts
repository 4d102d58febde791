// Stops a package tree, whole: frozen (and later let go on), or killed. Membership is the kernel's own, and from Linux 6.13 its
// sentence catches every fork: no process has to be put into a group of ours before there is a reason to.
import { openCgroup } from '../../platform/linux/cgroup.ts';
import type { PackageTreeSource, Root } from './source.ts';

const SIGKILL = 9;
const SIGSTOP = 19;
/** Listings until nobody new turns up. A tree that forks faster than this many is being signalled by the kernel as well. */
const MAX_ROUNDS = 200;

export interface Containment {
  readonly outcome: 'frozen' | 'killed' | 'incomplete' | 'gone';
  /** Processes that were listed, and forks that the kernel caught. */
  readonly processes: number;
}

/** Everything in the tree stands still until `release` or `kill`. Doing it again changes nothing. */
export function freeze(trees: PackageTreeSource, root: Root): Containment {
  const group = openCgroup(groupName(root));
  group.freeze();
  trees.sentence(root, { signal: SIGSTOP, cut: true });
  const complete = gather(trees, root, (pid) => group.add(pid));
  trees.sentence(root, { signal: 0, cut: true });
  const caught = group.pids();
  // The kernel may have stopped some on the way; inside the frozen group that is no longer needed.
  for (const pid of caught) signal(pid, 'SIGCONT');
  if (caught.length === 0) {
    trees.pardon(root);
    group.remove();
    return { outcome: 'gone', processes: 0 };
  }
  return { outcome: complete ? 'frozen' : 'incomplete', processes: caught.length };
}

/** Lets a frozen tree go on as if nothing had been. */
export function release(trees: PackageTreeSource, root: Root): void {
  const group = openCgroup(groupName(root));
  trees.pardon(root);
  group.thaw();
}

/** Ends everything in the tree; a read that was answered before may have completed. */
export function kill(trees: PackageTreeSource, root: Root): Containment {
  const group = openCgroup(groupName(root));
  trees.sentence(root, { signal: SIGKILL, cut: true });
  const caught = new Set<number>();
  const complete = gather(trees, root, (pid) => {
    if (!group.add(pid)) return false;
    caught.add(pid);
    group.kill();
    return true;
  });
  group.kill();
  const processes = caught.size + trees.pardon(root);
  if (caught.size === 0) group.remove();
  return { outcome: processes === 0 ? 'gone' : complete ? 'killed' : 'incomplete', processes };
}

/** Calls `take` for each member until a listing brings nobody new. False where that did not come to an end. */
function gather(trees: PackageTreeSource, root: Root, take: (pid: number) => boolean): boolean {
  const known = new Set<number>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    let isNews = false;
    for (const pid of trees.members(root)) {
      if (known.has(pid)) continue;
      known.add(pid);
      isNews = true;
      take(pid);
    }
    if (!isNews) return true;
  }
  return false;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone: there is nothing to continue.
  }
}

function groupName(root: Root): string {
  return `${root.pid}-${root.startNs}`;
}

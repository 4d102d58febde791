// The answer to a held open. Whatever goes wrong here the open is allowed: a sensor may miss, it must not break a machine.
import { basename, dirname } from 'node:path';
import { close, readAvailable, readLink } from '../../platform/linux/descriptor.ts';
import { type Answer, answer, EVENT_BATCH, type HeldOpen, heldOpens } from '../../platform/linux/fanotify.ts';
import { isExpectedReader, type Reader } from '../../rules/secrets/index.ts';
import type { Policy } from '../../schema/policy.ts';
import type { ProcessNode, ProcessTree, Source } from '../sensor/tree.ts';
import type { Cause, Counters } from './counters.ts';
import { type KnownSecret, type Marks, stricter } from './marks.ts';
import { readerOf, verifiedReader } from './reader.ts';
import { decide, type Verdict } from './verdict.ts';
import type { Plan, Walk } from './walk.ts';

/** What the kernel appends to the name of a file that was removed while it is open. */
const DELETED = ' (deleted)';

/** An open of a secret that was answered. */
export interface SettledOpen {
  /** Name by which it was opened, as far as we can see it. */
  readonly path: string;
  readonly secret: KnownSecret;
  readonly verdict: Verdict;
  readonly expectedReader: boolean;
  readonly node: ProcessNode;
  /** Microseconds on the monotonic clock, when we learnt of it. */
  readonly monotonic: number;
}

/** A file of our own whose opens prove that holding and denying work. */
export interface Decoy {
  readonly path: string;
  readonly answer: Answer;
}

export interface HeldOpensOptions {
  readonly group: number;
  readonly tree: ProcessTree & { readonly source: Source | undefined };
  readonly marks: Marks;
  readonly walk: Walk;
  readonly counters: Counters;
  readonly ownPids: readonly number[];
  /** Read for each open. */
  readonly current: () => { readonly plan: Plan; readonly policy: Policy; readonly decoy: Decoy | undefined };
  /** Called after the answer. */
  readonly settled: (open: SettledOpen) => void;
  readonly decoyOpened: (pid: number, node: ProcessNode | undefined) => void;
}

/** The permission group as something to wait on. `drain` answers one batch, at most 64 opens. */
export function createHeldOpens(options: HeldOpensOptions): Source {
  const { group, tree, marks, walk, counters, current, settled, decoyOpened } = options;
  const own = new Set([process.pid, ...options.ownPids]);
  const batch = Buffer.alloc(EVENT_BATCH);

  function drain(): void {
    const length = readAvailable(group, batch);
    if (length < 0) counters['answer-errors']++;
    if (length <= 0) return;
    // Forks and execs are queued before the open that follows them, so after this the tree knows who asks.
    tree.source?.drain();
    for (const held of heldOpens(batch, length, () => counters['held-open-queue-lost']++)) settle(held);
  }

  function settle(held: HeldOpen): void {
    const monotonic = Number(process.hrtime.bigint() / 1000n);
    let answered = false;
    let open: SettledOpen | undefined;
    function reply(verdict: Answer): void {
      answered = true;
      if (!answer(group, held, verdict)) counters['answer-errors']++;
    }
    counters['held-opens']++;
    try {
      open = judge(held, monotonic, reply);
      if (open) marks.adopt(held.fd, open.secret);
    } catch {
      counters['verdict-errors']++;
    } finally {
      if (!answered) reply('allow');
      close(held.fd);
    }
    if (open) settled(open);
  }

  function judge(
    held: HeldOpen,
    monotonic: number,
    reply: (verdict: Answer) => void,
  ): SettledOpen | undefined {
    const { plan, policy, decoy } = current();
    if (own.has(held.pid)) return pass('own-opens');
    const path = readLink(`/proc/self/fd/${held.fd}`) ?? '';
    if (decoy?.path === path) {
      reply(decoy.answer);
      decoyOpened(held.pid, tree.find(held.pid));
      return undefined;
    }
    const secret = secretBehind(plan, held.fd, path);
    if (!secret) return pass('other-opens');
    const node = tree.find(held.pid);
    if (!node) return pass('unknown-process-opens');
    const { place } = secret.match;
    // Who has no lineage is never denied, so whether it was expected can wait until it has gone on.
    const isExpected = (reader: Reader) => isExpectedReader(place, reader, plan.homeList);
    const isTrusted = node.lineage !== undefined && isExpected(verifiedReader(node));
    const verdict = decide(policy, node.lineage, place, isTrusted);
    reply(verdict === 'denied' ? 'deny' : 'allow');
    if (verdict === 'denied') counters['denied-opens']++;
    const expectedReader = node.lineage ? isTrusted : isExpected(readerOf(node));
    return { path, secret, verdict, expectedReader, node, monotonic };
  }

  /** Nothing to decide: it is allowed when this returns. */
  function pass(cause: Cause): undefined {
    counters[cause]++;
    return undefined;
  }

  /** By its name and by its inode: a hardlink or a rename must not make a secret a lesser one. */
  function secretBehind(plan: Plan, fd: number, opened: string): KnownSecret | undefined {
    const path = opened.endsWith(DELETED) ? opened.slice(0, -DELETED.length) : opened;
    const named = byName(plan, path) ?? byName(plan, cataloguedName(path));
    const known = marks.identify(fd);
    return named && known ? stricter(known, named) : (named ?? known);
  }

  function cataloguedName(path: string): string | undefined {
    const directory = walk.catalogued(dirname(path));
    return directory && `${directory}/${basename(path)}`;
  }

  return { fd: group, drain, close: () => void close(group) };
}

function byName(plan: Plan, path: string | undefined): KnownSecret | undefined {
  const match = path === undefined ? undefined : plan.matcher.match(path);
  return match && path !== undefined ? { match, path } : undefined;
}

import type { Emit, ProcessTree } from '../sensor/tree.ts';
import type { Cause, Counters } from './counters.ts';
import type { SettledOpen } from './opens.ts';

/** Opens without a lineage that are reported in one second, as context; an application may open its own store all day. */
const CONTEXT_PER_SECOND = 20;
/** Opens that are remembered within a second so that the same one is reported once. */
const MAX_REMEMBERED = 1024;
const SECOND = 1_000_000;

/**
 * Reports an open of a secret: always where the process runs for a package, a project, an IDE or a coding agent; otherwise only
 * where no expected reader opened a tier A place, and not too many of those. The rest is counted. The same process opening
 * the same secret again within a second is counted too: repetition must not crowd out something new.
 */
export function createReport(tree: ProcessTree, counters: Counters, emit: Emit): (open: SettledOpen) => void {
  const seen = new Set<string>();
  let since = 0;
  let context = 0;

  function startSecond(monotonic: number): void {
    if (monotonic - since < SECOND) return;
    since = monotonic;
    context = 0;
    seen.clear();
  }

  function whyNot(open: SettledOpen): Cause | undefined {
    const { node, secret, verdict, path } = open;
    const key = `${node.pid}:${secret.match.place.id}:${verdict}:${path}`;
    if (seen.has(key)) return 'repeated-opens';
    if (seen.size < MAX_REMEMBERED) seen.add(key);
    if (node.lineage) return undefined;
    if (open.expectedReader || secret.match.place.tier !== 'A') return 'ordinary-opens';
    return ++context > CONTEXT_PER_SECOND ? 'context-opens-unreported' : undefined;
  }

  return (open) => {
    startSecond(open.monotonic);
    const why = whyNot(open);
    if (why) counters[why]++;
    else emit(observation(open, tree));
  };
}

function observation(open: SettledOpen, tree: ProcessTree): Parameters<Emit>[0] {
  const { place } = open.secret.match;
  return {
    kind: 'file',
    action: 'open',
    collector: 'secret-files',
    time: new Date().toISOString(),
    monotonic: open.monotonic,
    path: open.path,
    verdict: open.verdict,
    secret: {
      place: place.id,
      group: place.group,
      kind: place.kind,
      tier: place.tier,
      path: open.secret.path,
      expectedReader: open.expectedReader,
    },
    process: tree.describe(open.node),
  };
}

import assert from 'node:assert/strict';
import { chainOf, type ChainNode } from '../../../central/console/chain.ts';
import type { Alert } from '../../../schema/alert.ts';
import { sampleAlert } from '../fixtures/alert.ts';

const time = '2026-05-04T10:20:30.400Z';
const process = (pid: number, ancestors: readonly number[] = []) => ({
  pid,
  startTime: time,
  image: `/bin/p${pid}`,
  commandLine: `p${pid}`,
  uid: 0,
  ancestors: ancestors.map((one) => ({
    pid: one,
    startTime: time,
    image: `/bin/p${one}`,
    commandLine: `p${one}`,
  })),
});

function alertWith(blamed: ReturnType<typeof process>, others: readonly ReturnType<typeof process>[]): Alert {
  const [event] = sampleAlert().evidence;
  assert.ok(event?.kind === 'file');
  const evidence = others.map((one, index) => ({ ...event, process: one, monotonic: 100 - index }));
  return { ...sampleAlert(), process: blamed, evidence };
}

/** `1(2(3!))`: children in brackets, the blamed one with a mark, the number of events after a colon. */
function drawn(nodes: readonly ChainNode[]): string {
  return nodes
    .map(({ process: { pid }, blamed, events, children }) => {
      const below = children.length > 0 ? `(${drawn(children)})` : '';
      return `${pid}${blamed ? '!' : ''}${events.length > 0 ? `:${events.length}` : ''}${below}`;
    })
    .join(' ');
}

describe('the process chain', () => {
  const cases: readonly [what: string, alert: Alert, tree: string][] = [
    ['is one line for one process', alertWith(process(3, [2, 1]), [process(3, [2, 1])]), '1(2(3!:1))'],
    [
      'forks where two processes acted',
      alertWith(process(3, [2, 1]), [process(4, [2, 1]), process(3, [2, 1])]),
      '1(2(3!:1 4:1))',
    ],
    [
      'joins a process to its acting ancestor',
      alertWith(process(3, [2, 1]), [process(2, [1])]),
      '1(2:1(3!))',
    ],
    ['keeps strangers apart', alertWith(process(3, [1]), [process(9, [8])]), '1(3!) 8(9:1)'],
    ['has no process where none was named', { ...sampleAlert(), process: undefined, evidence: [] }, ''],
  ];
  for (const [what, alert, tree] of cases) it(what, () => assert.equal(drawn(chainOf(alert)), tree));

  it('survives evidence in which a process is its own ancestor', () => {
    const nodes = chainOf(alertWith(process(1, [2, 1]), [process(2, [1, 2])]));
    assert.ok(nodes.length > 0);
    assert.ok(drawn(nodes).length < 20);
  });

  it('orders what a process did by time', () => {
    const [root] = chainOf(alertWith(process(1), [process(1), process(1)]));
    assert.deepEqual(
      root?.events.map(({ monotonic }) => monotonic),
      [99, 100],
    );
  });
});

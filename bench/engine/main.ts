// How fast the engine is, as a ratio to the naive path (every rule of the log source tried) in the same run.
// node --expose-gc bench/engine/main.ts [--sigma ../shared/sigma] [--events 20000]
// Rates are events per second of CPU time of this process, so that other work on the machine counts little.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readDocuments } from '../../rules/documents.ts';
import { Engine } from '../../rules/engine/engine.ts';
import type { EngineEvent } from '../../rules/engine/event.ts';
import { readRules } from '../../rules/engine/rule/read.ts';
import type { SigmaDocument } from '../../rules/engine/rule/rule.ts';
import { builtinRules } from '../../rules/index.ts';
import { flatEvent } from '../../rules/taxonomy/flat.ts';
import { linuxEvent, recordedProcesses, windowsProcess } from './events.ts';
import { Random } from './random.ts';

const { values } = parseArgs({
  options: {
    sigma: { type: 'string', default: '../shared/sigma' },
    events: { type: 'string', default: '20000' },
  },
});
const { sigma } = values;
const EVENTS = Number(values.events);
const ROUNDS = 5;
const TARGET = { load: 1000, linux: 50_000, windows: 15_000, correlation: 200_000, memory: 60 };

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function rate(engine: Engine<EngineEvent>, events: readonly EngineEvent[]): number {
  const start = cpu();
  for (const event of events) engine.evaluate(event);
  return events.length / (cpu() - start);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function round(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function verdict(ok: boolean): string {
  if (!ok) process.exitCode = 1;
  return ok ? 'ok' : 'BELOW TARGET';
}

function compare(
  name: string,
  documents: readonly SigmaDocument[],
  events: readonly EngineEvent[],
  target: number,
): void {
  const indexed = new Engine<EngineEvent>(documents);
  const naive = new Engine<EngineEvent>(documents, { index: false });
  const few = events.slice(0, Math.max(200, Math.floor(events.length / 20)));
  rate(indexed, events);
  rate(naive, few);
  const rates: [number, number][] = [];
  for (let i = 0; i < ROUNDS; i += 1) rates.push([rate(indexed, events), rate(naive, few)]);
  const [fast, slow] = [median(rates.map(([a]) => a)), median(rates.map(([, b]) => b))];
  const all = rates.map(([a]) => round(a)).join(' ');
  console.log(
    `${name}: ${indexed.rules.length} rules, ${round(fast)} events/s indexed (${all}), ${round(slow)} naive: ${(fast / slow).toFixed(1)} times; target ${round(target)}: ${verdict(fast >= target)}`,
  );
}

async function load(): Promise<void> {
  const start = performance.now();
  const before = cpu();
  const { documents } = await readDocuments([builtinRules, ...(existsSync(sigma) ? [`${sigma}/rules`] : [])]);
  const engine = new Engine(documents);
  const [wall, used] = [performance.now() - start, (cpu() - before) * 1000];
  console.log(
    `load: ${engine.rules.length} rules in ${round(wall)} ms (${round(used)} ms CPU), first run of the process; target ${TARGET.load}: ${verdict(Math.min(wall, used) <= TARGET.load)}`,
  );
}

async function throughput(): Promise<void> {
  const random = new Random(1);
  const ours = await readDocuments([builtinRules]);
  const native = Array.from({ length: EVENTS }, (_, index) => linuxEvent(random, index));
  compare('ours, native events', ours.documents, native, TARGET.linux);
  if (!existsSync(sigma)) {
    console.warn(`SKIPPED: ${sigma} is absent`);
    return;
  }
  const linux = await readDocuments([builtinRules, `${sigma}/rules/linux`]);
  compare('ours and all Linux rules, native events', linux.documents, native, TARGET.linux);
  const windows = await readDocuments([`${sigma}/rules/windows/process_creation`]);
  const processes = Array.from({ length: EVENTS }, () => windowsProcess(random));
  compare('Windows process_creation, a workday', windows.documents, processes, TARGET.windows);
  const attacks = recordedProcesses(`${sigma}/regression`);
  const repeated = Array.from({ length: Math.ceil(EVENTS / attacks.length / 4) }, () => attacks).flat();
  compare('Windows process_creation, recorded attacks only', windows.documents, repeated, TARGET.windows);
}

const counted: Readonly<Record<string, string>> = {
  event_count: 'condition: { gte: 5 }',
  value_count: 'condition: { field: n, gte: 5 }',
  value_sum: 'condition: { field: n, gt: 1000000 }',
  value_avg: 'condition: { field: n, gt: 1000000 }',
  temporal: 'condition: { gte: 2 }',
  temporal_ordered: 'condition: { gte: 2 }',
};

function correlationRules(type: string): readonly SigmaDocument[] {
  const rule = (name: string): string =>
    `title: ${name}\nname: ${name}\nlogsource: { category: x }\ndetection:\n  s: { kind: ${name} }\n  condition: s\n---\n`;
  const section = `{ type: ${type}, rules: [aa, bb], group-by: [tree.id], timespan: 10m, ${counted[type]} }`;
  return readRules(`${rule('aa')}${rule('bb')}title: c\nid: c\ncorrelation: ${section}\n`, 'x').documents;
}

/** Every event is a hit; groups and kinds by chance. */
function hits(count: number, groups: number): readonly EngineEvent[] {
  const random = new Random(2);
  return Array.from({ length: count }, (_, index) =>
    flatEvent({
      kind: random.chance(0.9) ? 'aa' : 'bb',
      'tree.id': `boot-${random.below(groups)}-1234567`,
      n: random.below(1000),
      time: 1.8e12 + index * 5,
      logsource: { category: 'x' },
    }),
  );
}

function correlation(): void {
  const events = hits(100_000, 10_000);
  for (const type of Object.keys(counted)) {
    const rates = Array.from({ length: ROUNDS }, () =>
      rate(new Engine<EngineEvent>(correlationRules(type)), events),
    );
    const found = median(rates);
    console.log(
      `correlation ${type}: ${round(found)} hits/s, 10,000 groups; target ${round(TARGET.correlation)}: ${verdict(found >= TARGET.correlation)}`,
    );
  }
}

function memory(): void {
  if (!globalThis.gc) {
    console.warn('SKIPPED: memory of correlations needs node --expose-gc');
    return;
  }
  for (const type of Object.keys(counted)) {
    const engine = new Engine<EngineEvent>(correlationRules(type));
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    for (let group = 0; group < 100_000; group += 1)
      for (let i = 0; i < 2; i += 1)
        engine.evaluate(
          flatEvent({
            kind: 'aa',
            'tree.id': `boot-${group}-123456789012`,
            n: i,
            time: 1.8e12 + group,
            logsource: { category: 'x' },
          }),
        );
    globalThis.gc();
    const megabytes = (process.memoryUsage().heapUsed - before) / 1e6;
    const held = engine.counters()['correlation.groups'];
    console.log(
      `memory ${type}: ${held} live keys with two hits each, ${megabytes.toFixed(1)} MB; target ${TARGET.memory}: ${verdict(megabytes <= TARGET.memory)}`,
    );
  }
}

await load();
await throughput();
correlation();
memory();

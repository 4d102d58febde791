// Generated rules and events through reader and matcher: no crash, no hang, memory bounded, and the index equal to trying
// every rule. node --expose-gc bench/engine/fuzz.ts [--count 1000000] [--seed 1] [--sigma ../shared/sigma]
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Engine } from '../../rules/engine/engine.ts';
import { RuleFault } from '../../rules/engine/problem.ts';
import { readRules } from '../../rules/engine/rule/read.ts';
import type { SigmaDocument } from '../../rules/engine/rule/rule.ts';
import { readBlocks } from '../../rules/engine/yaml/block.ts';
import { readWithLibrary } from '../../rules/engine/yaml/library.ts';
import type { Node } from '../../rules/engine/yaml/node.ts';
import { flatEvent } from '../../rules/taxonomy/flat.ts';
import type { JsonEvent } from '../../rules/taxonomy/nested.ts';
import {
  damage,
  generateCorrelation,
  generatedPlaceholders,
  generateEvent,
  generateFilter,
  generateRule,
} from './generate.ts';
import { Random } from './random.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    sigma: { type: 'string', default: '../shared/sigma' },
  },
});
const COUNT = Number(values.count);
const RULES = 100;
const EVENTS = 300;
/** One rule or one event may take this long, milliseconds, on a busy machine. */
const PATIENCE = 1000;
/** Megabytes of heap that may be in use after a collection. */
const HEAP = 200;

const random = new Random(Number(values.seed));
const seen = { rules: 0, events: 0, valid: 0, problems: 0, matches: 0, compared: 0, slowest: 0, heap: 0 };

function timed<T>(what: string, run: () => T): T {
  const start = performance.now();
  const result = run();
  const took = performance.now() - start;
  seen.slowest = Math.max(seen.slowest, took);
  assert.ok(took < PATIENCE, `${what} took ${took.toFixed(0)} ms`);
  return result;
}

function generateText(id: number): string {
  const kind = random.below(10);
  const text =
    kind === 0
      ? generateCorrelation(random, id, RULES)
      : kind === 1
        ? generateFilter(random, id, RULES)
        : generateRule(random, id);
  return random.chance(0.2) ? damage(random, text) : text;
}

function round(): void {
  const documents: SigmaDocument[] = [];
  for (let id = 0; id < RULES; id += 1) {
    const text = generateText(id);
    const read = timed(text, () => readRules(text, 'generated.yml', { placeholders: generatedPlaceholders }));
    documents.push(...read.documents);
    seen.problems += read.problems.length;
  }
  seen.rules += RULES;
  seen.valid += documents.length;
  const engine = timed('an engine', () => new Engine<JsonEvent>(documents));
  const naive = new Engine<JsonEvent>(documents, { index: false });
  const comparing = random.chance(0.1);
  for (let i = 0; i < EVENTS; i += 1) {
    const event = flatEvent(generateEvent(random, i));
    const found = timed('an event', () => engine.evaluate(event));
    seen.matches += found.length;
    if (!comparing) continue;
    seen.compared += 1;
    assert.deepEqual(
      found.map(({ rule }) => rule.head.id),
      naive.evaluate(event).map(({ rule }) => rule.head.id),
    );
  }
  seen.events += EVENTS;
  engine.flush();
}

function plain(node: Node | undefined | RuleFault): unknown {
  if (node === undefined || node instanceof RuleFault) return String(node);
  if (node.kind === 'scalar') return node.value === null ? null : [node.value, node.source, node.offset];
  if (node.kind === 'sequence') return [node.offset, node.items.map(plain)];
  return [node.offset, node.entries.map(({ key, offset, value }) => [key, offset, plain(value)])];
}

/** Whole and damaged rules of SigmaHQ: the quick reader says what the library says. */
function compareReaders(): void {
  const texts = globSync(`${values.sigma}/{rules,regression,spec/tests}/**/*.yml`).map((file) =>
    readFileSync(file, 'utf8'),
  );
  if (texts.length === 0) {
    console.warn(`SKIPPED: ${values.sigma} is absent`);
    return;
  }
  let quick = 0;
  for (const text of [...texts, ...texts.map((whole) => damage(random, whole))]) {
    const read = readBlocks(text);
    if (!read) continue;
    quick += 1;
    assert.deepEqual(read.filter(Boolean).map(plain), readWithLibrary(text).filter(Boolean).map(plain), text);
  }
  console.log(
    `readers of YAML: ${quick} of ${2 * texts.length} files, half of them damaged, read quickly and alike`,
  );
}

compareReaders();
const start = performance.now();
for (let rounds = 1; seen.rules + seen.events < COUNT; rounds += 1) {
  round();
  if (rounds % 100 !== 0) continue;
  globalThis.gc?.();
  seen.heap = Math.max(seen.heap, process.memoryUsage().heapUsed / 1e6);
  assert.ok(seen.heap < HEAP, `${seen.heap.toFixed(0)} MB of heap are held`);
  if (process.stderr.isTTY) process.stderr.write(`\r${seen.rules + seen.events} of ${COUNT}`);
}
const seconds = (performance.now() - start) / 1000;
console.log(
  `${seen.rules} rules (${seen.valid} valid, ${seen.problems} problems) and ${seen.events} events (${seen.matches} matches, ${seen.compared} compared with trying every rule) in ${seconds.toFixed(0)} s`,
);
console.log(
  `slowest single step ${seen.slowest.toFixed(1)} ms; heap after collection at most ${seen.heap.toFixed(0)} MB`,
);

// The events beside a rule: `x.yml` has `x.events.json` with groups of events on which it must fire or stay quiet.
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { Engine } from './engine/engine.ts';
import type { FiledProblem } from './engine/rule/collection.ts';
import { readDocuments } from './documents.ts';
import type { SigmaDocument } from './engine/rule/rule.ts';
import { NativeEvent } from './taxonomy/native.ts';
import { completeEvent } from './testing/complete.ts';
import { why, whyNot } from './testing/difference.ts';

const sample = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1)),
  events: v.pipe(v.array(v.record(v.string(), v.unknown())), v.minLength(1)),
});
const samples = v.strictObject({
  /** What the reader should know about these events. */
  note: v.optional(v.string()),
  fires: v.array(sample),
  quiet: v.array(sample),
});

export interface RuleTestResult {
  /** The rule file. */
  readonly file: string;
  /** `fires: name of the group`. */
  readonly name: string;
  readonly passed: boolean;
  /** What was expected and what was seen, line by line, when it failed. */
  readonly detail?: string;
}

export interface RuleTestRun {
  readonly results: readonly RuleTestResult[];
  /** Rule files that have no events beside them. */
  readonly untested: readonly string[];
  readonly problems: readonly FiledProblem[];
}

/** Tests every rule file below the paths; each file's rules run with those that they name or are named by. */
export async function testRules(paths: readonly string[]): Promise<RuleTestRun> {
  const { documents, problems, files } = await readDocuments(paths);
  const results: RuleTestResult[] = [];
  const untested: string[] = [];
  for (const file of files) {
    const own = documents.filter(({ head }) => head.file === file);
    if (own.length === 0) continue;
    const read = await readSamples(eventsFile(file));
    if (read === undefined) untested.push(file);
    else if (typeof read === 'string') results.push({ file, name: 'events', passed: false, detail: read });
    else {
      const bench: Bench = {
        own: underTest(own),
        documents: related(own, documents),
      };
      for (const kind of ['fires', 'quiet'] as const)
        for (const { name, events } of read[kind])
          results.push({ file, name: `${kind}: ${name}`, ...testGroup(kind, events, bench) });
    }
  }
  return { results, untested, problems };
}

/** Of a file with correlations these are tested, not the rules that feed them. */
function underTest(own: readonly SigmaDocument[]): ReadonlySet<string> {
  const correlations = own.filter(({ kind }) => kind === 'correlation');
  return new Set((correlations.length > 0 ? correlations : own).map(({ head }) => head.id));
}

interface Bench {
  /** Ids of the rules under test. */
  readonly own: ReadonlySet<string>;
  readonly documents: readonly SigmaDocument[];
}

function testGroup(
  kind: 'fires' | 'quiet',
  partials: readonly Readonly<Record<string, unknown>>[],
  { own, documents }: Bench,
): Pick<RuleTestResult, 'passed' | 'detail'> {
  const events: NativeEvent[] = [];
  for (const [index, partial] of partials.entries()) {
    const complete = completeEvent(partial, index);
    if (typeof complete === 'string') return { passed: false, detail: complete };
    events.push(new NativeEvent(complete));
  }
  const engine = new Engine<NativeEvent>(documents);
  const found = [...events.flatMap((one) => engine.evaluate(one)), ...engine.flush()];
  const matches = found.filter(({ rule }) => own.has(rule.head.id));
  if (matches.length > 0 === (kind === 'fires')) return { passed: true };
  const tested = documents.filter(({ head }) => own.has(head.id));
  const detail = kind === 'fires' ? whyNot(tested, documents, events) : why(matches, events);
  return { passed: false, detail: detail.join('\n') };
}

/** A file's documents, what they name, what names them, and the filters that may concern any of these. */
function related(own: readonly SigmaDocument[], all: readonly SigmaDocument[]): readonly SigmaDocument[] {
  const found = new Set(own);
  const names = (document: SigmaDocument): readonly string[] =>
    [document.head.id, document.head.name].filter((name) => name !== undefined);
  for (let size = -1; size < found.size; ) {
    size = found.size;
    const named = new Set([...found].flatMap((one) => (one.kind === 'rule' ? [] : (one.rules ?? []))));
    const known = new Set([...found].flatMap(names));
    for (const document of all) {
      const isNamed = names(document).some((name) => named.has(name));
      const namesOne = document.kind !== 'rule' && (document.rules?.some((name) => known.has(name)) ?? true);
      if (isNamed || namesOne) found.add(document);
    }
  }
  return all.filter((document) => found.has(document));
}

export function eventsFile(ruleFile: string): string {
  return ruleFile.replace(/\.ya?ml$/, '.events.json');
}

async function readSamples(path: string): Promise<v.InferOutput<typeof samples> | string | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return `${path} cannot be read: ${String(error)}`;
  }
  try {
    const parsed = v.safeParse(samples, JSON.parse(text));
    if (parsed.success) return parsed.output;
    return `${path}: ${v.getDotPath(parsed.issues[0]) ?? ''}: ${parsed.issues[0].message}`;
  } catch (error) {
    return `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

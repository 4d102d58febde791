// The events beside a rule: `x.yml` has `x.events.json` with groups of events on which it must fire or stay quiet.
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { event, type Event } from '../schema/event.ts';
import { Engine } from './engine/engine.ts';
import type { FiledProblem } from './engine/rule/collection.ts';
import { readDocuments } from './documents.ts';
import { NativeEvent } from './taxonomy/native.ts';

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
  /** What was expected and what was seen, when it failed. */
  readonly detail?: string;
}

export interface RuleTestRun {
  readonly results: readonly RuleTestResult[];
  /** Rule files that have no events beside them. */
  readonly untested: readonly string[];
  readonly problems: readonly FiledProblem[];
}

/** Tests every rule file below the paths; each file's rules run alone with those that they name. */
export async function testRules(paths: readonly string[]): Promise<RuleTestRun> {
  const { documents, problems, files } = await readDocuments(paths);
  const results: RuleTestResult[] = [];
  const untested: string[] = [];
  for (const file of files) {
    const own = new Set(documents.filter(({ head }) => head.file === file).map(({ head }) => head.id));
    if (own.size === 0) continue;
    const read = await readSamples(eventsFile(file));
    if (read === undefined) untested.push(file);
    else if (typeof read === 'string') results.push({ file, name: 'events', passed: false, detail: read });
    else {
      const run = (events: readonly Event[]): readonly string[] => {
        const engine = new Engine<NativeEvent>(documents);
        const found = events.flatMap((one) => engine.evaluate(new NativeEvent(one)));
        return [...found, ...engine.flush()].map(({ rule }) => rule.head.id);
      };
      for (const kind of ['fires', 'quiet'] as const)
        for (const { name, events } of read[kind])
          results.push(testGroup(file, kind, name, events, own, run));
    }
  }
  return { results, untested, problems };
}

function testGroup(
  file: string,
  kind: 'fires' | 'quiet',
  name: string,
  partials: readonly Readonly<Record<string, unknown>>[],
  own: ReadonlySet<string>,
  run: (events: readonly Event[]) => readonly string[],
): RuleTestResult {
  const title = `${kind}: ${name}`;
  const events = partials.map(completeEvent);
  const broken = events.find((one) => typeof one === 'string');
  if (typeof broken === 'string') return { file, name: title, passed: false, detail: broken };
  const matched = run(events.filter((one) => typeof one !== 'string'));
  const fired = matched.some((id) => own.has(id));
  if (fired === (kind === 'fires')) return { file, name: title, passed: true };
  const others = [...new Set(matched.filter((id) => !own.has(id)))];
  const seen = others.length > 0 ? `; others fired: ${others.join(', ')}` : '';
  const detail =
    kind === 'fires' ? `expected a match, there was none${seen}` : 'expected no match, the rule fired';
  return { file, name: title, passed: false, detail };
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

const START = Date.UTC(2026, 0, 1);

/** Fills in what every event must have. Events follow one another by a second unless they tell their time. */
export function completeEvent(partial: Readonly<Record<string, unknown>>, index: number): Event | string {
  const time =
    typeof partial['time'] === 'string' ? partial['time'] : new Date(START + index * 1000).toISOString();
  const full = {
    monotonic: (Date.parse(time) - START) * 1000,
    host: 'laptop',
    user: 'dev',
    collector: 'test',
    ...partial,
    ...(partial['kind'] === 'dns' ? { type: 'A', answers: [], ...partial } : {}),
    time,
    ...completed('process', partial, {
      pid: 4000,
      startTime: time,
      image: '/usr/bin/node',
      commandLine: 'node',
      uid: 1000,
      ancestors: [],
    }),
    ...completed('package', partial, {
      dependencyPath: [],
      confidence: 'exact',
      directory: '/home/dev/project',
    }),
  };
  const withDetails = { ...full, ...completeDetails(full, time) };
  const parsed = v.safeParse(event, withDetails);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  return `event ${index + 1}: ${v.getDotPath(issue) ?? 'kind'}: ${issue.message}`;
}

function completed(
  key: string,
  partial: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const given = partial[key];
  return typeof given === 'object' && given !== null ? { [key]: { ...defaults, ...given } } : {};
}

/** Defaults inside a process and a package that depend on what is given. */
function completeDetails(
  full: Readonly<Record<string, unknown>>,
  time: string,
): Readonly<Record<string, unknown>> {
  const details: Record<string, unknown> = {};
  const { process, package: pack, secret, path } = full;
  if (isRecord(process)) {
    const ancestors = Array.isArray(process['ancestors']) ? process['ancestors'] : [];
    const lineage = isRecord(process['lineage'])
      ? { lineage: { tree: 'tree-1', via: 'environment', ...process['lineage'] } }
      : {};
    const filled = ancestors.map((one: unknown, depth) => ({
      pid: 3999 - depth,
      startTime: time,
      commandLine: '',
      ...(isRecord(one) ? one : {}),
    }));
    details['process'] = { ...process, ...lineage, ancestors: filled };
  }
  if (isRecord(pack))
    details['package'] = { purl: `pkg:npm/${String(pack['name'])}@${String(pack['version'])}`, ...pack };
  if (isRecord(secret))
    details['secret'] = {
      path,
      group: 'ssh',
      kind: 'private-key',
      tier: 'A',
      expectedReader: false,
      ...secret,
    };
  return details;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

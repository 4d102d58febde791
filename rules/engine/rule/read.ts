// Text of a rule file → its documents. One broken document does not keep the others from working.
import type { Placeholders } from '../modifiers/modifier.ts';
import { type Problem, RuleFault } from '../problem.ts';
import { readYaml } from '../yaml/read.ts';
import { entry, type MappingNode, type Node, position } from '../yaml/node.ts';
import { parseCondition } from './condition.ts';
import { readCorrelation } from './correlation.ts';
import { type DetectionContext, readIdentifiers } from './detection.ts';
import { type Expression, join } from './expression.ts';
import { missing, readText, readTexts, requireMap, wrong } from './fields.ts';
import { readHead, type Warn } from './head.ts';
import type { DetectionRule, FilterRule, LogSource, RuleHead, SigmaDocument } from './rule.ts';

/** Longest file that is read, in characters. */
export const MAX_RULE_TEXT = 4 * 1024 * 1024;

export interface ReadOptions {
  readonly placeholders?: Placeholders;
  /** Field names of a taxonomy → ours; undefined for a taxonomy that is not known. */
  readonly taxonomy?: (name: string) => ((field: string) => string) | undefined;
}

export interface ReadResult {
  readonly documents: readonly SigmaDocument[];
  readonly problems: readonly Problem[];
}

/** Documents of ours that may stand in the same files, each with a reader of its own. */
export const ownKinds = ['exceptions', 'placeholders', 'pipeline'] as const;

export function readRules(text: string, file: string, options: ReadOptions = {}): ReadResult {
  const documents: SigmaDocument[] = [];
  const problems: Problem[] = [];
  const report = (problem: Omit<Problem, 'line' | 'column'>, offset: number): void => {
    problems.push({ ...position(text, offset), ...problem });
  };
  const warn: Warn = (code, offset, message, hint) =>
    report({ code, severity: 'warning', message, hint }, offset);
  const roots = text.length > MAX_RULE_TEXT ? [tooLong(text)] : readYaml(text);
  for (const [index, root] of roots.entries()) {
    try {
      if (root instanceof RuleFault) throw root;
      if (!root || isOwn(root)) continue;
      const end = nextOffset(roots, index) ?? text.length;
      documents.push(readDocument(root, text.slice(root.offset, end), text, file, options, warn));
    } catch (fault) {
      if (!(fault instanceof RuleFault)) throw fault;
      const hint = fault.hint === undefined ? {} : { hint: fault.hint };
      report({ code: fault.code, severity: 'error', message: fault.message, ...hint }, fault.offset);
    }
  }
  return { documents, problems };
}

function isOwn(root: Node): boolean {
  return root.kind === 'mapping' && ownKinds.some((kind) => entry(root, kind));
}

function tooLong(text: string): RuleFault {
  return new RuleFault('E_RULE_LIMIT', 0, `${text.length} characters, at most ${MAX_RULE_TEXT} are read`);
}

function nextOffset(roots: readonly (Node | RuleFault | undefined)[], index: number): number | undefined {
  return roots.slice(index + 1).find((root) => root !== undefined)?.offset;
}

function readDocument(
  root: Node,
  own: string,
  text: string,
  file: string,
  options: ReadOptions,
  warn: Warn,
): SigmaDocument {
  if (root.kind !== 'mapping') throw wrong('the document', root, 'a map with title, logsource and detection');
  const head = readHead(
    root,
    { file, line: position(text, root.offset).line, offset: root.offset, text: own },
    warn,
  );
  const context = detectionContext(root, options, warn);
  if (entry(root, 'correlation')) return readCorrelation(root, head);
  if (entry(root, 'filter')) return readFilter(root, head, context, warn);
  if (entry(root, 'detection')) return readDetection(root, head, context, warn);
  throw new RuleFault(
    'E_RULE_KIND',
    root.offset,
    'neither detection, correlation nor filter',
    'add detection:',
  );
}

function detectionContext(root: MappingNode, options: ReadOptions, warn: Warn): DetectionContext {
  const taxonomy = readText(root, 'taxonomy', 256) ?? 'sigma';
  const field = taxonomy === 'sigma' ? (name: string): string => name : options.taxonomy?.(taxonomy);
  if (field) return { placeholders: options.placeholders ?? new Map(), field, warn };
  const offset = entry(root, 'taxonomy')?.value.offset ?? root.offset;
  throw new RuleFault('E_RULE_TAXONOMY', offset, `unknown taxonomy ${taxonomy}`, 'use sigma, ecs or ocsf');
}

function readDetection(
  root: MappingNode,
  head: RuleHead,
  context: DetectionContext,
  warn: Warn,
): DetectionRule {
  const logsource = readLogSource(root, warn);
  const detection = requireMap(root, 'detection');
  const identifiers = readIdentifiers(detection, ['condition', 'timeframe'], context);
  const used = new Set<string>();
  const condition = join('any', readConditions(detection, identifiers, used));
  const unused = [...identifiers.keys()].filter((name) => !used.has(name));
  for (const name of unused)
    warn(
      'W_UNUSED',
      entry(detection, name)?.offset ?? detection.offset,
      `${name} is never used`,
      'name it in condition',
    );
  return { kind: 'rule', head, logsource, condition, unused };
}

function readConditions(
  detection: MappingNode,
  identifiers: ReadonlyMap<string, Expression>,
  used: Set<string>,
): readonly Expression[] {
  const found = entry(detection, 'condition')?.value;
  const texts = readTexts(detection, 'condition', true);
  if (!found || !texts || texts.length === 0) throw missing(detection, 'condition');
  const offsets = found.kind === 'sequence' ? found.items.map((item) => item.offset) : [found.offset];
  return texts.map((text, index) => parseCondition(text, offsets[index] ?? found.offset, identifiers, used));
}

function readFilter(root: MappingNode, head: RuleHead, context: DetectionContext, warn: Warn): FilterRule {
  const logsource = readLogSource(root, warn);
  const filter = requireMap(root, 'filter');
  const names = readTexts(filter, 'rules', true);
  if (!names) throw missing(filter, 'rules');
  const every = names.length === 1 && /^(any|all)$/i.test(names[0] ?? '');
  const identifiers = readIdentifiers(filter, ['condition', 'rules'], context);
  const [condition] = readConditions(filter, identifiers, new Set());
  if (!condition) throw missing(filter, 'condition');
  // `not selection` is how converters that append the condition to the rule write the same filter.
  const quiet = condition.kind === 'not' ? condition.of : condition;
  return {
    kind: 'filter',
    head,
    logsource,
    rules: every ? undefined : names,
    condition: quiet,
    offset: filter.offset,
  };
}

function readLogSource(root: MappingNode, warn: Warn): LogSource {
  const section = requireMap(root, 'logsource');
  const logsource: { category?: string; product?: string; service?: string } = {};
  for (const key of ['category', 'product', 'service'] as const) {
    const text = readText(section, key);
    if (text !== undefined && text !== '') logsource[key] = text.toLowerCase();
  }
  if (Object.keys(logsource).length === 0)
    warn('W_LOGSOURCE', section.offset, 'logsource restricts nothing', 'name a category, product or service');
  return logsource;
}

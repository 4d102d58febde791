// The engine: documents in, then events in and matches out. Pure: time comes with the event.
import type { MatchReason } from '../../schema/alert.ts';
import { type Level, truncate } from '../../schema/primitives.ts';
import { Correlator, type CorrelationLimits, defaultLimits, type Fired } from './correlate/correlator.ts';
import { type Plan, plan, type Unit } from './correlate/plan.ts';
import type { EngineEvent } from './event.ts';
import { CandidateIndex } from './index/candidates.ts';
import { compileExpression } from './match/compile.ts';
import { explain, MAX_REASONS } from './match/explain.ts';
import { accepts } from './match/logsource.ts';
import type { Predicate } from './match/test.ts';
import { EventView, FieldTable } from './match/view.ts';
import { type Problem, RuleFault } from './problem.ts';
import type { Expression } from './rule/expression.ts';
import type { DetectionRule, FilterRule, RuleHead, SigmaDocument } from './rule/rule.ts';
import { position } from './yaml/node.ts';

export interface EngineRule {
  readonly head: RuleHead;
  readonly level: Level;
  /** Only a correlation sees its matches. */
  readonly silent: boolean;
}

export interface EngineMatch<E> {
  readonly rule: EngineRule;
  /** The event that completed the match is the last. */
  readonly events: readonly E[];
  readonly reasons: readonly MatchReason[];
}

export interface EngineOptions {
  readonly limits?: Partial<CorrelationLimits>;
  /** Milliseconds of any clock; when given, the time that each rule takes is measured. */
  readonly clock?: () => number;
  /** False: every rule of the log source is tried, as the index must not change a result. */
  readonly index?: boolean;
}

export interface Cost {
  readonly rule: EngineRule;
  readonly evaluated: number;
  readonly matched: number;
  readonly milliseconds: number;
}

interface Compiled {
  readonly unit: number;
  readonly rule: DetectionRule;
  readonly condition: Expression;
  readonly matches: Predicate;
  readonly cost: { evaluated: number; matched: number; milliseconds: number };
}

export interface FiledProblem extends Problem {
  readonly file: string;
}

export class Engine<E extends EngineEvent> {
  readonly rules: readonly EngineRule[];
  readonly problems: readonly FiledProblem[];
  readonly #compiled: readonly Compiled[];
  readonly #fields = new FieldTable();
  readonly #view = new EventView(this.#fields);
  readonly #plan: Plan;
  readonly #correlator: Correlator<E>;

  readonly #clock: (() => number) | undefined;
  readonly #index: CandidateIndex | undefined;

  constructor(documents: readonly SigmaDocument[], { limits, clock, index = true }: EngineOptions = {}) {
    this.#clock = clock;
    const problems: FiledProblem[] = [];
    const filters = documents.filter((document) => document.kind === 'filter');
    const units = unique(documents, problems);
    this.#plan = plan(units);
    for (const { rule, fault } of this.#plan.faults) problems.push(filed(rule.head, fault));
    this.rules = units.map((unit, index) => ({
      head: unit.head,
      level: this.#plan.levels[index] ?? 'informational',
      silent: this.#plan.silent.has(index),
    }));
    this.#compiled = units.flatMap((rule, unit) =>
      rule.kind === 'rule' ? [this.#compile(rule, unit, filters)] : [],
    );
    this.#index = index
      ? new CandidateIndex(
          this.#compiled.map(({ rule, condition }) => ({ logsource: rule.logsource, condition })),
          this.#fields,
        )
      : undefined;
    for (const filter of filters) checkFilter(filter, units, problems);
    this.#correlator = new Correlator(this.#plan.correlations, { ...defaultLimits, ...limits });
    this.problems = problems;
  }

  /** Matches of one event, correlations after the rules that feed them. */
  evaluate(event: E): EngineMatch<E>[] {
    this.#view.load(event);
    const matched: number[] = [];
    const found: EngineMatch<E>[] = [];
    for (const compiled of this.#candidates(event)) {
      if (!this.#test(compiled)) continue;
      matched.push(compiled.unit);
      const rule = this.rules[compiled.unit];
      if (!rule || rule.silent) continue;
      found.push({
        rule,
        events: [event],
        reasons: explain(compiled.condition, this.#view, this.#fields) ?? [],
      });
    }
    for (const fired of this.#correlator.observe(event, matched)) this.#report(fired, found);
    return found;
  }

  /** Closes all windows, as at the end of a recording. */
  flush(): EngineMatch<E>[] {
    const found: EngineMatch<E>[] = [];
    for (const fired of this.#correlator.flush()) this.#report(fired, found);
    return found;
  }

  counters(): Readonly<Record<string, number>> {
    return this.#correlator.counters();
  }

  #candidates(event: E): readonly Compiled[] {
    if (!this.#index) return this.#compiled.filter(({ rule }) => accepts(rule.logsource, event.source));
    const found: Compiled[] = [];
    for (const at of this.#index.candidates(this.#view, event.source)) {
      const compiled = this.#compiled[at];
      if (compiled) found.push(compiled);
    }
    return found;
  }

  /** Slowest first; empty without a clock. */
  costs(): readonly Cost[] {
    return this.#compiled
      .flatMap(({ unit, cost }) => {
        const rule = this.rules[unit];
        return rule && cost.evaluated > 0 ? [{ rule, ...cost }] : [];
      })
      .toSorted((a, b) => b.milliseconds - a.milliseconds);
  }

  #test({ matches, cost }: Compiled): boolean {
    if (!this.#clock) return matches(this.#view);
    const start = this.#clock();
    const matched = matches(this.#view);
    cost.milliseconds += this.#clock() - start;
    cost.evaluated += 1;
    if (matched) cost.matched += 1;
    return matched;
  }

  #report({ unit, events }: Fired<E>, found: EngineMatch<E>[]): void {
    const rule = this.rules[unit];
    if (rule && !rule.silent) found.push({ rule, events, reasons: this.#reasons(unit, events) });
  }

  /** Of each contributing event why the rule matched that it was counted for; the selections carry the rule's name. */
  #reasons(unit: number, events: readonly E[]): readonly MatchReason[] {
    const steps = this.#plan.correlations.find((planned) => planned.unit === unit)?.steps ?? [];
    const reasons: MatchReason[] = [];
    for (const event of events) {
      if (reasons.length >= MAX_REASONS) break;
      this.#view.load(event);
      for (const step of steps) {
        const compiled = this.#compiled.find((one) => one.unit === step);
        const { name, title } = this.rules[step]?.head ?? { title: '' };
        for (const reason of (compiled && explain(compiled.condition, this.#view, this.#fields)) ?? [])
          reasons.push({ ...reason, selection: truncate(`${name ?? title}: ${reason.selection}`, 512) });
      }
    }
    return reasons.slice(0, MAX_REASONS);
  }

  #compile(rule: DetectionRule, unit: number, filters: readonly FilterRule[]): Compiled {
    const quiet = filters.filter((filter) => covers(filter, rule)).map(({ condition }) => condition);
    const condition: Expression =
      quiet.length === 0
        ? rule.condition
        : { kind: 'all', of: [rule.condition, ...quiet.map((of): Expression => ({ kind: 'not', of }))] };
    const cost = { evaluated: 0, matched: 0, milliseconds: 0 };
    // Most rules never become candidates on a machine: each is compiled when it first does.
    let compiled: Predicate | undefined;
    const matches: Predicate = (view) => (compiled ??= compileExpression(condition, this.#fields))(view);
    return { unit, rule, condition, matches, cost };
  }
}

/** The rules and correlations, without those whose id or name another one already has. */
function unique(documents: readonly SigmaDocument[], problems: FiledProblem[]): Unit[] {
  const taken = new Map<string, RuleHead>();
  const units: Unit[] = [];
  for (const document of documents) {
    if (document.kind === 'filter') continue;
    const { head } = document;
    const names = new Set([head.id, ...(head.name === undefined ? [] : [head.name])]);
    const clash = [...names].find((name) => taken.has(name));
    if (clash === undefined) {
      for (const name of names) taken.set(name, head);
      units.push(document);
    } else
      problems.push({
        file: head.file,
        line: head.line,
        column: 1,
        code: 'E_RULE_DUPLICATE',
        severity: 'error',
        message: `${clash} is already the id or name of ${taken.get(clash)?.file ?? 'another rule'}`,
        hint: 'give this rule an id of its own',
      });
  }
  return units;
}

/** Whether a filter is meant for a rule: by id or name, within its log source. */
function covers(filter: FilterRule, rule: DetectionRule): boolean {
  const { category, product, service } = filter.logsource;
  if (category !== undefined && category !== rule.logsource.category) return false;
  if (product !== undefined && product !== rule.logsource.product) return false;
  if (service !== undefined && service !== rule.logsource.service) return false;
  return filter.rules?.some((name) => name === rule.head.id || name === rule.head.name) ?? true;
}

function checkFilter(filter: FilterRule, units: readonly Unit[], problems: FiledProblem[]): void {
  const unknown = filter.rules?.filter(
    (name) => !units.some(({ head }) => head.id === name || head.name === name),
  );
  for (const name of unknown ?? []) {
    const fault = new RuleFault('E_FILTER_REFERENCE', filter.offset, `no rule has the name or id ${name}`);
    problems.push({ ...filed(filter.head, fault), severity: 'warning' });
  }
}

function filed(head: RuleHead, fault: RuleFault): FiledProblem {
  const { line, column } = position(head.text, Math.max(0, fault.offset - head.offset));
  const hint = fault.hint === undefined ? {} : { hint: fault.hint };
  return {
    file: head.file,
    line: head.line + line - 1,
    column,
    code: fault.code,
    severity: 'error',
    message: fault.message,
    ...hint,
  };
}

// The engine: documents in, then events in and matches out. Pure: time comes with the event.
import type { MatchReason } from '../../schema/alert.ts';
import { type Level, truncate } from '../../schema/primitives.ts';
import { Correlator, type CorrelationLimits, defaultLimits, type Fired } from './correlate/correlator.ts';
import { type Plan, plan } from './correlate/plan.ts';
import type { EngineEvent } from './event.ts';
import { CandidateIndex } from './index/candidates.ts';
import { compileExpression } from './match/compile.ts';
import { explain, MAX_REASONS } from './match/explain.ts';
import { accepts } from './match/logsource.ts';
import type { Predicate } from './match/test.ts';
import { EventView, FieldTable } from './match/view.ts';
import type { Expression } from './rule/expression.ts';
import { signatureOf, signatureOfCorrelation } from './rule/signature.ts';
import { checkFilters, covers, filed, type FiledProblem, unique } from './rule/collection.ts';
import type { DetectionRule, FilterRule, RuleHead, SigmaDocument } from './rule/rule.ts';

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

  constructor(documents: readonly SigmaDocument[], options: EngineOptions = {}) {
    this.#clock = options.clock;
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
    if (options.index ?? true)
      this.#index = new CandidateIndex(
        this.#compiled.map(({ rule, condition }) => ({ logsource: rule.logsource, condition })),
        this.#fields,
      );
    problems.push(...checkFilters(filters, units));
    this.#correlator = new Correlator(this.#plan.correlations, { ...defaultLimits, ...options.limits });
    this.problems = problems;
  }

  /** Matches of one event, correlations after the rules that feed them. */
  evaluate(event: E): EngineMatch<E>[] {
    this.#view.load(event);
    const matched: number[] = [];
    const found: EngineMatch<E>[] = [];
    for (const at of this.#candidates(event)) {
      const compiled = this.#compiled[at];
      if (!compiled || !this.#test(compiled)) continue;
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

  /**
   * Takes over what another engine's correlations hold, for those that mean the same there, whatever became of the
   * other rules. Returns how many they are; the other engine must not be used any more.
   */
  adopt(other: Engine<E>): number {
    const before = new Map(other.#plan.correlations.map(({ rule, unit }) => [other.#signature(unit), rule]));
    return this.#correlator.adopt(other.#correlator, ({ unit }) => before.get(this.#signature(unit)));
  }

  /** What a rule means, with its filters and, of a correlation, the rules that it names; not its title or level. */
  #signature(unit: number): string {
    const planned = this.#plan.correlations.find((one) => one.unit === unit);
    if (planned) {
      const steps = planned.steps.map((step) => this.#signature(step));
      return signatureOfCorrelation(planned.rule, steps);
    }
    const compiled = this.#compiled.find((one) => one.unit === unit);
    return signatureOf(compiled && [compiled.rule.logsource, compiled.condition]);
  }

  counters(): Readonly<Record<string, number>> {
    return this.#correlator.counters();
  }

  /** Indexes of the rules that the event could match. */
  #candidates(event: E): readonly number[] {
    if (this.#index) return this.#index.candidates(this.#view, event.source);
    return [...this.#compiled.keys()].filter((at) => {
      const compiled = this.#compiled[at];
      return compiled !== undefined && accepts(compiled.rule.logsource, event.source);
    });
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

// Which rule feeds which correlation. References by id or name are resolved, circles refused, the order settled.
import { compareLevels, type Level } from '../../../schema/primitives.ts';
import { RuleFault } from '../problem.ts';
import type { CorrelationRule, DetectionRule } from '../rule/rule.ts';
import { chooseStrategy } from './choose.ts';
import type { Strategy } from './strategy.ts';

export type Unit = DetectionRule | CorrelationRule;

export interface PlannedCorrelation {
  readonly rule: CorrelationRule;
  readonly unit: number;
  /** Units by step, in the order of the rule. */
  readonly steps: readonly number[];
  readonly strategy: Strategy;
}

export interface Plan {
  readonly units: readonly Unit[];
  readonly levels: readonly Level[];
  /** Units that only serve a correlation and do not match on their own. */
  readonly silent: ReadonlySet<number>;
  /** In an order in which each comes after what feeds it. */
  readonly correlations: readonly PlannedCorrelation[];
  readonly faults: readonly { readonly rule: CorrelationRule; readonly fault: RuleFault }[];
}

export function plan(units: readonly Unit[]): Plan {
  const byName = new Map<string, number>();
  for (const [index, { head }] of units.entries())
    for (const name of [head.name, head.id])
      if (name !== undefined && !byName.has(name)) byName.set(name, index);
  const faults: { rule: CorrelationRule; fault: RuleFault }[] = [];
  const settled = new Map<number, PlannedCorrelation | undefined>();
  const open = new Set<number>();

  /** Whether the unit can be used; a correlation is settled after everything that it names. */
  function settle(unit: number): boolean {
    const rule = units[unit];
    if (rule?.kind !== 'correlation') return rule !== undefined;
    if (settled.has(unit)) return settled.get(unit) !== undefined;
    open.add(unit);
    try {
      const steps = rule.rules.map((name) => stepOf(rule, name));
      settled.set(unit, { rule, unit, steps, strategy: chooseStrategy(rule, steps.length) });
    } catch (fault) {
      if (!(fault instanceof RuleFault)) throw fault;
      faults.push({ rule, fault });
      settled.set(unit, undefined);
    }
    open.delete(unit);
    return settled.get(unit) !== undefined;
  }

  function stepOf(rule: CorrelationRule, name: string): number {
    const index = byName.get(name);
    if (index === undefined)
      throw new RuleFault(
        'E_CORRELATION_REFERENCE',
        rule.offset,
        `no rule has the name or id ${name}`,
        'check rules:',
      );
    if (open.has(index))
      throw new RuleFault('E_CORRELATION_CYCLE', rule.offset, `${name} leads back to this correlation`);
    if (!settle(index))
      throw new RuleFault(
        'E_CORRELATION_REFERENCE',
        rule.offset,
        `${name} is itself broken`,
        'mend that one first',
      );
    return index;
  }

  for (const unit of units.keys()) settle(unit);
  const correlations = [...settled.values()].filter((planned) => planned !== undefined);
  return {
    units,
    correlations,
    faults,
    silent: silentUnits(correlations),
    levels: levelsOf(units, correlations),
  };
}

/** A correlated rule matches on its own only where a correlation that names it says `generate: true`. */
function silentUnits(correlations: readonly PlannedCorrelation[]): ReadonlySet<number> {
  const named = new Set(correlations.flatMap(({ steps }) => steps));
  for (const { rule, steps } of correlations) if (rule.generate) for (const step of steps) named.delete(step);
  return named;
}

/** A correlation without a level has the highest of its rules. */
function levelsOf(units: readonly Unit[], correlations: readonly PlannedCorrelation[]): readonly Level[] {
  const levels = units.map(({ head }): Level => head.level ?? 'informational');
  for (const { rule, unit, steps } of correlations) {
    if (rule.head.level) continue;
    const inherited = steps.map((step) => levels[step] ?? 'informational');
    levels[unit] = inherited.toSorted(compareLevels).at(-1) ?? 'informational';
  }
  return levels;
}

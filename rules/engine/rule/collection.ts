// What concerns several documents: names that clash, filters and the rules that they are for.
import type { Unit } from '../correlate/plan.ts';
import { type Problem, RuleFault } from '../problem.ts';
import { position } from '../yaml/node.ts';
import type { DetectionRule, FilterRule, RuleHead, SigmaDocument } from './rule.ts';

export interface FiledProblem extends Problem {
  readonly file: string;
}

/** The rules and correlations, without those whose id or name another one already has. */
export function unique(documents: readonly SigmaDocument[], problems: FiledProblem[]): Unit[] {
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
export function covers(filter: FilterRule, rule: DetectionRule): boolean {
  const { category, product, service } = filter.logsource;
  if (category !== undefined && category !== rule.logsource.category) return false;
  if (product !== undefined && product !== rule.logsource.product) return false;
  if (service !== undefined && service !== rule.logsource.service) return false;
  return filter.rules?.some((name) => name === rule.head.id || name === rule.head.name) ?? true;
}

export function checkFilters(
  filters: readonly FilterRule[],
  units: readonly Unit[],
): readonly FiledProblem[] {
  const names = new Set(units.flatMap(({ head }) => [head.id, head.name]));
  return filters.flatMap(({ head, offset, rules }) =>
    (rules ?? [])
      .filter((name) => !names.has(name))
      .map((name): FiledProblem => {
        const fault = new RuleFault('E_FILTER_REFERENCE', offset, `no rule has the name or id ${name}`);
        return { ...filed(head, fault), severity: 'warning' };
      }),
  );
}

export function filed(head: RuleHead, fault: RuleFault): FiledProblem {
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

// Which strategy a correlation asks for.
import { RuleFault } from '../problem.ts';
import type { CorrelationRule } from '../rule/rule.ts';
import { eventCount } from './count.ts';
import { sequence } from './sequence.ts';
import type { Strategy } from './strategy.ts';
import { onlyGrows } from './threshold.ts';

export function chooseStrategy(rule: CorrelationRule, steps: number): Strategy {
  const { type, timespan, thresholds, offset } = rule;
  const immediate = onlyGrows(thresholds);
  if (type === 'temporal' || type === 'temporal_ordered')
    return sequence({ steps, ordered: type === 'temporal_ordered', timespan, thresholds, immediate });
  if (type === 'event_count' && immediate) return eventCount(timespan, thresholds, offset);
  throw new RuleFault('E_RULE_KIND', offset, `${type} is not supported`);
}

// Which strategy a correlation asks for.
import { RuleFault } from '../problem.ts';
import type { CorrelationRule } from '../rule/rule.ts';
import { closing } from './closing.ts';
import { eventCount } from './count.ts';
import { valueCount } from './distinct.ts';
import { sequence } from './sequence.ts';
import { MAX_COUNT, type Strategy } from './strategy.ts';
import { least, onlyGrows } from './threshold.ts';
import { valueSum } from './total.ts';

/** Throws a RuleFault where the rule asks for more than is held. */
export function chooseStrategy(rule: CorrelationRule, steps: number): Strategy {
  const { type, timespan, thresholds, offset } = rule;
  if (!onlyGrows(thresholds) || type === 'value_avg' || type === 'value_percentile') return closing(rule);
  if (type === 'value_sum') return valueSum(timespan, thresholds);
  const needed = least(thresholds);
  if (type === 'temporal' || type === 'temporal_ordered')
    return sequence({ steps, ordered: type === 'temporal_ordered', timespan, needed });
  if (needed > MAX_COUNT)
    throw new RuleFault('E_RULE_LIMIT', offset, `counts to ${needed}, at most ${MAX_COUNT} are counted`);
  return type === 'value_count' ? valueCount(timespan, needed) : eventCount(timespan, needed);
}

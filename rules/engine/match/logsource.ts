// Which events a rule's log source means.
import type { EventSource } from '../event.ts';
import type { LogSource } from '../rule/rule.ts';

/** Every part that the rule names must be the event's; an event without a source satisfies every rule. */
export function accepts(rule: LogSource, source: EventSource | undefined): boolean {
  if (source === undefined) return true;
  return (
    acceptsPart(rule.product, source.product) &&
    acceptsPart(rule.category, source.category) &&
    acceptsPart(rule.service, source.service)
  );
}

function acceptsPart(wanted: string | undefined, given: string | readonly string[] | undefined): boolean {
  if (wanted === undefined || given === '*') return true;
  return typeof given === 'object' ? given.includes(wanted) : given === wanted;
}

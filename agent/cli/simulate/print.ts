// What a person reads of a performance.
import { builtinRules, loadDetector } from '../../../rules/index.ts';
import type { Alert } from '../../../schema/alert.ts';
import type { Level } from '../../../schema/primitives.ts';
import { type Colour, colour, printable } from '../terminal.ts';
import type { Performance } from './performance.ts';

const colours: Readonly<Record<Level, Colour>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  informational: 'dim',
};

/** Prints each rule once, with the sentence of its first alert; then the rules that were expected in vain. */
export async function printPerformance(
  { simulation, expected, alerts, passed, milliseconds }: Performance,
  { twin, seesConnections }: { readonly twin: boolean; readonly seesConnections: boolean },
): Promise<void> {
  console.log(`${colour('bold', simulation.id)}${twin ? ' (benign twin)' : ''}  ${simulation.title}`);
  for (const alert of firstOfEachRule(alerts)) {
    const { rule, level, summary } = alert;
    const word = twin ? 'raised' : 'detected';
    console.log(`  ${word}  ${colour(colours[level], level)}  ${printable(rule.title)}`);
    console.log(`            ${printable(summary)}`);
  }
  for (const title of await missedTitles(expected, alerts))
    console.log(`  ${colour('red', 'missed')}    ${title}`);
  if (!twin && simulation.expectsWithConnections.length > 0)
    console.log(`  destination: ${destination(alerts, seesConnections)}`);
  const verdict = passed ? colour('green', 'passed') : colour('red', 'FAILED');
  const silent = twin && passed ? ', no alert of medium or above' : '';
  console.log(`  ${verdict}${silent} in ${(milliseconds / 1000).toFixed(1)} s\n`);
}

function firstOfEachRule(alerts: readonly Alert[]): Iterable<Alert> {
  const found = new Map<string, Alert>();
  for (const alert of alerts) if (!found.has(alert.rule.id)) found.set(alert.rule.id, alert);
  return found.values();
}

async function missedTitles(
  expected: readonly string[],
  alerts: readonly Alert[],
): Promise<readonly string[]> {
  const missed = expected.filter((id) => !alerts.some(({ rule }) => rule.id === id));
  if (missed.length === 0) return [];
  const { rules } = await loadDetector([builtinRules]);
  return missed.map((id) => rules.find((rule) => rule.id === id)?.title ?? id);
}

function destination(alerts: readonly Alert[], seesConnections: boolean): string {
  const found = alerts.find((alert) => alert.destination)?.destination;
  if (found) return `${found.address} port ${found.port}`;
  return seesConnections ? 'none was seen' : 'not visible on this machine yet';
}

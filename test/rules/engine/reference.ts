// What a condition means, as plainly as it can be written: no compiling, no index, no set. Only to compare with.
import { compileRegex } from '../../../rules/engine/match/regex.ts';
import { contains, parseAddress, parseNetwork } from '../../../rules/engine/match/network.ts';
import { numberIn } from '../../../rules/engine/match/test.ts';
import { timePart } from '../../../rules/engine/match/time.ts';
import type { EngineEvent, FieldValue } from '../../../rules/engine/event.ts';
import type { Expression, Test } from '../../../rules/engine/rule/expression.ts';
import { fold, unifyDashes } from '../../../rules/engine/text/fold.ts';
import { MANY, ONE, type Part } from '../../../rules/engine/text/pattern.ts';

export function holds(expression: Expression, event: EngineEvent): boolean {
  switch (expression.kind) {
    case 'selection':
      return holds(expression.of, event);
    case 'not':
      return !holds(expression.of, event);
    case 'all':
      return expression.of.every((part) => holds(part, event));
    case 'any':
      return expression.of.some((part) => holds(part, event));
    case 'test':
    default: {
      const { field, test } = expression;
      if (field === undefined) return leaves([...event.values()]).some((text) => matches(test, text, event));
      const value = event.field(field);
      if (test.kind === 'null') return value === undefined || value === null;
      if (test.kind === 'exists') return (value !== undefined) === test.expected;
      return leaves(value).some((text) => matches(test, text, event));
    }
  }
}

function leaves(value: FieldValue | undefined): string[] {
  if (value === undefined || value === null) return [];
  return typeof value === 'object' ? value.flatMap(leaves) : [String(value)];
}

function matches(test: Test, text: string, event: EngineEvent): boolean {
  switch (test.kind) {
    case 'text': {
      const change = (part: string): string =>
        test.dashes ? unifyDashes(fold(part)) : test.cased ? part : fold(part);
      return glob(
        test.pattern.flatMap((part): Part[] => (typeof part === 'string' ? units(change(part)) : [part])),
        units(change(text)),
      );
    }
    case 'number':
      return [String(test.value), test.source].map(fold).includes(fold(text));
    case 'boolean':
      return fold(text) === String(test.value);
    case 'regex': {
      const compiled = compileRegex(test.source, test.flags);
      return typeof compiled !== 'string' && compiled.test(text);
    }
    case 'cidr': {
      const [network, address] = [parseNetwork(test.network), parseAddress(text)];
      return network !== undefined && address !== undefined && contains(network, address);
    }
    case 'time':
      return timePart(text, test.part) === test.value;
    case 'compare': {
      const found = test.part ? timePart(text, test.part) : numberIn(text);
      if (found === undefined) return false;
      const { operator, value } = test;
      return { lt: found < value, lte: found <= value, gt: found > value, gte: found >= value }[operator];
    }
    case 'reference':
      return leaves(event.field(test.field)).some((other) => {
        const [a, b] = test.cased ? [text, other] : [fold(text), fold(other)];
        if (test.anchor === 'contains') return a.includes(b);
        if (test.anchor === 'startswith') return a.startsWith(b);
        return test.anchor === 'endswith' ? a.endsWith(b) : a === b;
      });
    case 'null':
    case 'exists':
    default:
      return false;
  }
}

/** Code points; half a surrogate pair is one of its own. */
function units(text: string): string[] {
  return Array.from(text);
}

/** Which beginnings of the text the beginnings of the pattern match, one after the other. */
function glob(pattern: readonly Part[], text: readonly string[]): boolean {
  let reach = Array.from({ length: text.length + 1 }, (_, at) => at === 0);
  for (const part of pattern) {
    const next = Array.from({ length: text.length + 1 }, () => false);
    for (let at = 0; at <= text.length; at += 1) {
      if (part === MANY) next[at] = (reach[at] ?? false) || (next[at - 1] ?? false);
      else next[at] = at > 0 && (reach[at - 1] ?? false) && (part === ONE || part === text[at - 1]);
    }
    reach = next;
  }
  return reach[text.length] ?? false;
}

// re with its flags, cidr, exists, the numeric comparisons, the parts of a time: modifiers that change a value's type.
import { parseNetwork } from '../match/network.ts';
import { compileRegex } from '../match/regex.ts';
import type { Comparison, Test, TimePart } from '../rule/expression.ts';
import { plain } from '../text/pattern.ts';
import { fault, type Modifier, type ModifierContext, nameOf, numberOf, textOf } from './modifier.ts';

function re(value: Test, context: ModifierContext): Test {
  const { written } = textOf(value, context);
  if (written === undefined)
    throw fault(context, 'must come first', 'write |re before every other modifier', 'E_MODIFIER_ORDER');
  return checked({ kind: 'regex', source: written, flags: '' }, context);
}

function flag(letter: string): Modifier {
  return (value, context) => {
    if (value.kind !== 'regex')
      throw fault(context, 'is a flag of |re', 'write it behind |re', 'E_MODIFIER_ORDER');
    return checked({ ...value, flags: value.flags + letter }, context);
  };
}

function checked(value: Extract<Test, { kind: 'regex' }>, context: ModifierContext): Test {
  const compiled = compileRegex(value.source, value.flags);
  if (typeof compiled !== 'string') return value;
  throw fault(
    context,
    `${compiled} in ${JSON.stringify(value.source)}`,
    'use only what RE2 allows',
    'E_REGEX',
  );
}

function cidr(value: Test, context: ModifierContext): Test {
  const network = plain(textOf(value, context).pattern) ?? '';
  if (!parseNetwork(network))
    throw fault(context, `${nameOf(value)} is no network`, 'write it as 10.0.0.0/8 or fd00::/8');
  return { kind: 'cidr', network };
}

function exists(value: Test, context: ModifierContext): Test {
  if (context.field === undefined) throw fault(context, 'needs a field');
  if (context.before > 0)
    throw fault(context, 'stands alone', 'leave the other modifiers out', 'E_MODIFIER_ORDER');
  if (value.kind === 'boolean') return { kind: 'exists', expected: value.value };
  throw fault(context, `needs true or false, found ${nameOf(value)}`, 'write true or false without quotes');
}

function compare(operator: Comparison): Modifier {
  return (value, context) => {
    if (value.kind === 'time') return { kind: 'compare', operator, value: value.value, part: value.part };
    return { kind: 'compare', operator, value: numberOf(value, context) };
  };
}

const ranges: Readonly<Record<TimePart, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9999],
};

function timePart(part: TimePart): Modifier {
  const [least, most] = ranges[part];
  return (given, context) => {
    const value = given.kind === 'compare' ? given.value : numberOf(given, context);
    if (!Number.isInteger(value) || value < least || value > most)
      throw fault(context, `must be a whole number from ${least} to ${most}, found ${value}`);
    return given.kind === 'compare' ? { ...given, part } : { kind: 'time', part, value };
  };
}

export const typedModifiers: Readonly<Record<string, Modifier>> = {
  re,
  i: flag('i'),
  ignorecase: flag('i'),
  m: flag('m'),
  multiline: flag('m'),
  s: flag('s'),
  dotall: flag('s'),
  cidr,
  exists,
  lt: compare('lt'),
  lte: compare('lte'),
  gt: compare('gt'),
  gte: compare('gte'),
  minute: timePart('minute'),
  hour: timePart('hour'),
  day: timePart('day'),
  week: timePart('week'),
  month: timePart('month'),
  year: timePart('year'),
};

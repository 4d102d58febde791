// Rules and events by chance, from a vocabulary so small that they meet, with the characters that are known to hurt.
import type { Random } from './random.ts';

const fields = ['Image', 'CommandLine', 'User', 'tree.id', 'Port', 'list', 'ParentImage'];
const words = [
  'C:\\Windows\\System32\\cmd.exe',
  'http://evil.example/path',
  '--dangerously-skip',
  'powershell',
  'kiss',
  'KIſS',
  'evil.ex',
  'cmd',
  'CMD.exe',
  '\\cmd.exe',
  '/bin/sh',
  'powershell',
  '-enc',
  '/enc',
  '–enc',
  'a',
  'ab',
  'aba',
  'x y',
  '-',
  '/',
  'ΑΣ',
  'ας',
  'σ',
  'İstanbul',
  'i\u0307',
  'ſ',
  'K',
  'k',
  's',
  'é',
  '😀',
  '\ud83d',
  '​',
  '%one%',
  '*',
  '?',
  '\\',
  '\\\\',
  '10.1.2.3',
  '::ffff:10.1.2.3',
  'fd00::1',
  '42',
  '-1',
  '0x10',
  '2025-08-02T03:04:05Z',
  'true',
  'null',
  '',
  ' ',
];
const expressions = [
  'powershell|evil',
  'evil\\.ex',
  '(?i)KISS',
  'http://(evil|good)',
  'System3?2',
  'Windows\\\\',
  'ev[ai]l\\.example',
  'skip{1,2}$',
  'path|',
  'danger(ously)?-skip',
  'x?kiss',
  '\\Qkiss',
  'k\\x69ss',
  'a+b',
  '^cmd',
  'exe$',
  '(?i)CMD',
  '[a-c]{2}',
  'a|b',
  '\\\\cmd',
  '\\s',
  '.',
  'x.y',
  '(ab)+',
  'po?w',
  'e{1,2}x',
  '[^a]',
  '\\d+',
  'k',
  '(?i)k',
  '(?i)s',
  '\\x41',
  'İ',
  'a(?:b|c)d',
  'c?md',
  '\\.exe',
];
const textModifiers = [
  '',
  '',
  '',
  'contains',
  'contains',
  'startswith',
  'startswith',
  'endswith',
  'endswith',
  'cased',
  'contains|cased',
  'windash',
  'contains|windash',
  'endswith|windash',
  'contains|all',
  'all',
  'neq',
  'contains|neq',
  'wide',
  'base64',
  'base64offset|contains',
];
const otherModifiers = [
  're',
  're|i',
  're|s|m',
  'cidr',
  'exists',
  'gt',
  'lte',
  'hour',
  'fieldref',
  'expand',
  'utf16',
  'bad',
];

export const generatedPlaceholders = new Map([['one', ['cmd', 'a*', 'ſ']]]);

export function generateText(random: Random): string {
  const text = random.some(0, 3, () => random.pick(words)).join(random.pick(['', '', ' ', '\\']));
  return random.chance(0.2) ? text.toUpperCase() : random.chance(0.2) ? text.toLowerCase() : text;
}

function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

function value(random: Random): string {
  const kind = random.below(20);
  if (kind === 0) return String(random.below(100));
  if (kind === 1) return random.pick(['null', 'true', 'false', '~', '0x10', '1.5']);
  const text = random.chance(0.85) ? random.pick(words) : generateText(random);
  if (kind <= 3) return quoted(`${text}*${generateText(random)}`);
  if (kind <= 5) return quoted(`*${text}?${generateText(random)}*`);
  return quoted(text);
}

function item(random: Random): string {
  const name = random.pick(fields);
  const special = random.chance(0.25);
  if (special) {
    const modifier = random.pick(otherModifiers);
    const given = modifier.startsWith('re')
      ? quoted(random.pick(expressions))
      : modifier === 'cidr'
        ? random.pick(['10.0.0.0/8', '"fd00::/8"', '10.1.2.3', '"x"'])
        : modifier === 'exists'
          ? random.pick(['true', 'false'])
          : modifier === 'fieldref'
            ? random.pick(fields)
            : ['gt', 'lte', 'hour'].includes(modifier)
              ? String(random.below(50))
              : value(random);
    return `${quoted(`${name}|${modifier}`)}: ${given}`;
  }
  const modifiers = random.pick(textModifiers);
  const list = random.chance(0.4);
  const given = list ? `[${random.some(1, 4, () => value(random)).join(', ')}]` : value(random);
  return `${quoted(modifiers ? `${name}|${modifiers}` : name)}: ${given}`;
}

function map(random: Random): string {
  const items = new Map(random.some(1, 3, () => item(random)).map((text) => [text.split(':')[0], text]));
  return `{ ${[...items.values()].join(', ')} }`;
}

function selection(random: Random): string {
  const kind = random.below(10);
  if (kind === 0) return `[${random.some(1, 3, () => quoted(generateText(random) || 'a')).join(', ')}]`;
  if (kind <= 2) return `[${random.some(1, 3, () => map(random)).join(', ')}]`;
  if (kind === 3)
    return `{ '|all': [${random.some(2, 3, () => quoted(random.pick(words) || 'b')).join(', ')}] }`;
  return map(random);
}

function condition(random: Random, names: readonly string[], depth = 0): string {
  const kind = depth > 3 ? 0 : random.below(8);
  if (kind === 1)
    return `(${condition(random, names, depth + 1)} and ${condition(random, names, depth + 1)})`;
  if (kind === 2) return `${condition(random, names, depth + 1)} or ${condition(random, names, depth + 1)}`;
  if (kind === 3) return `not ${condition(random, names, depth + 1)}`;
  if (kind === 4) return random.pick(['1 of them', 'all of them', '1 of s*', 'all of s*', 'not 1 of s*']);
  return random.pick(names);
}

const sources = [
  '{ category: one }',
  '{ category: two, product: linux }',
  '{ product: linux }',
  '{ service: x }',
  '{}',
];

export function generateRule(random: Random, id: number): string {
  const names = random.some(1, 3, () => `s${random.below(1000)}`);
  const selections = [...new Set(names)].map((name) => `  ${name}: ${selection(random)}`);
  return `title: rule ${id}
name: r${id}
logsource: ${random.pick(sources)}
detection:
${selections.join('\n')}
  condition: ${condition(random, [...new Set(names)])}
`;
}

export function generateCorrelation(random: Random, id: number, rules: number): string {
  const type = random.pick([
    'event_count',
    'value_count',
    'value_sum',
    'value_avg',
    'value_percentile',
    'temporal',
    'temporal_ordered',
  ]);
  const named = new Set(random.some(1, 3, () => `r${random.below(rules)}`));
  const operator = random.pick(['gt', 'gte', 'lt', 'lte', 'eq', 'neq']);
  const field = type.startsWith('value') ? `field: ${random.pick(fields)}, ` : '';
  return `title: correlation ${id}
name: c${id}
correlation:
  type: ${type}
  rules: [${[...named].join(', ')}]
  group-by: [${random.pick(fields)}]
  timespan: ${1 + random.below(60)}s
  condition: { ${field}${operator}: ${random.below(4)} }
`;
}

export function generateFilter(random: Random, id: number, rules: number): string {
  return `title: filter ${id}
logsource: ${random.pick(sources)}
filter:
  rules: [r${random.below(rules)}]
  selection: ${map(random)}
  condition: ${random.pick(['selection', 'not selection'])}
`;
}

/** Events go forward in time, some of them late, once in a while far back or ahead. */
export function generateEvent(random: Random, seconds: number): Readonly<Record<string, unknown>> {
  const event: Record<string, unknown> = {};
  for (const name of fields) if (random.chance(0.7)) event[name] = eventValue(random);
  const jitter = random.chance(0.01) ? 1e6 * (random.next() - 0.5) : 8 * (random.next() - 0.7);
  event['time'] = new Date(1.8e12 + (seconds + jitter) * 1000).toISOString();
  if (random.chance(0.8))
    event['logsource'] = random.pick([
      { category: 'one' },
      { category: 'two', product: 'linux' },
      { category: 'one', product: 'linux', service: 'x' },
      { category: 'three' },
    ]);
  return event;
}

function eventValue(random: Random): unknown {
  const kind = random.below(12);
  if (kind === 0) return random.below(100);
  if (kind === 1) return random.pick([null, true, false, '', []]);
  if (kind === 2) return random.some(0, 3, () => generateText(random));
  if (kind === 3) return { id: generateText(random), deep: [generateText(random)] };
  return generateText(random);
}

/** The text with a few characters changed: what a slip, or an attacker, would write. */
export function damage(random: Random, text: string): string {
  let damaged = text;
  for (let i = random.below(3); i >= 0; i -= 1) {
    const at = random.below(damaged.length + 1);
    const insert = random.pick([
      '',
      ':',
      ' ',
      '\n',
      '- ',
      '{',
      ']',
      '&a',
      '*a',
      '"',
      "'",
      '|',
      '>',
      '#',
      '\t',
      '\0',
      '%',
      '!',
      '  ',
      '---\n',
    ]);
    damaged = damaged.slice(0, at) + insert + damaged.slice(at + random.below(4));
  }
  return damaged;
}

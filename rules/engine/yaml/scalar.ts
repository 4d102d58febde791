// Values on one line, as YAML 1.2's core schema reads them. Undefined for whatever is less than plain.
import type { ScalarNode } from './node.ts';

/** Between the offsets; only spaces and a comment may follow the closing quote. */
export function readQuoted(text: string, start: number, end: number): ScalarNode | undefined {
  const quote = text.charAt(start);
  let value = '';
  let from = start + 1;
  for (let i = from; i < end; i += 1) {
    const character = text.charAt(i);
    if (character === '\\' && quote === '"') {
      const escaped = escapes.get(text.charAt(i + 1));
      if (escaped === undefined) return undefined;
      value += text.slice(from, i) + escaped;
      from = i + 2;
      i += 1;
    } else if (character === quote) {
      value += text.slice(from, i);
      if (quote === "'" && text.charAt(i + 1) === quote && i + 1 < end) {
        value += quote;
        from = i + 2;
        i += 1;
      } else return /^ *( #.*)?$/.test(text.slice(i + 1, end)) ? scalar(start, value, value) : undefined;
    }
  }
  return undefined;
}

const escapes = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['n', '\n'],
  ['t', '\t'],
]);

export function readPlain(text: string, start: number, end: number): ScalarNode | undefined {
  const line = text.slice(start, end);
  const comment = line.indexOf(' #');
  const source = (comment < 0 ? line : line.slice(0, comment)).trimEnd();
  const first = source.charAt(0);
  if (source === '' || '?:,[]{}#&*!|>\'"%@`'.includes(first)) return undefined;
  if (first === '-' && !/^-[^\s]/.test(source)) return undefined;
  if (/^[-+.\d~nNtTfF]/.test(first)) return typed(start, source);
  return scalar(start, source, source);
}

const words = new Map<string, ScalarNode['value']>([
  ...['~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

function typed(start: number, source: string): ScalarNode | undefined {
  const known = words.get(source);
  if (known !== undefined) return scalar(start, known, source);
  if (/^[a-z]/i.test(source)) return scalar(start, source, source);
  if (/^[-+]?\d{1,15}$/.test(source)) return scalar(start, Number(source), source);
  // Fractions, exponents, other bases, not-a-number: rare.
  if (/^[-+]?\.?\d[\d.]*([eE][-+]?\d+)?$|^0[ox]|^[-+]?\.(inf|nan)$/i.test(source)) return undefined;
  return scalar(start, source, source);
}

function scalar(offset: number, value: ScalarNode['value'], source: string): ScalarNode {
  return { kind: 'scalar', offset, value, source };
}

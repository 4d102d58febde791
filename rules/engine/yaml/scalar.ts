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
  const comment = text.indexOf(' #', start);
  let to = comment >= 0 && comment < end ? comment : end;
  while (to > start && text.charAt(to - 1) === ' ') to -= 1;
  const source = text.slice(start, to);
  const first = source.charAt(0);
  if (source === '' || '?:,[]{}#&*!|>\'"%@`'.includes(first)) return undefined;
  if (first === '-' && !/^-[^\s]/.test(source)) return undefined;
  if (/^[-+.\d~nNtTfF]/.test(first)) return typed(start, source);
  return scalar(start, source, source);
}

function typed(start: number, source: string): ScalarNode | undefined {
  if (/^(~|null|Null|NULL)$/.test(source)) return scalar(start, null, source);
  if (/^(true|True|TRUE)$/.test(source)) return scalar(start, true, source);
  if (/^(false|False|FALSE)$/.test(source)) return scalar(start, false, source);
  if (/^[-+]?\d{1,15}$/.test(source)) return scalar(start, Number(source), source);
  // Fractions, exponents, other bases, not-a-number: rare.
  if (/^[-+]?\.?\d[\d.]*([eE][-+]?\d+)?$|^0[ox]|^[-+]?\.(inf|nan)$/i.test(source)) return undefined;
  return scalar(start, source, source);
}

function scalar(offset: number, value: ScalarNode['value'], source: string): ScalarNode {
  return { kind: 'scalar', offset, value, source };
}

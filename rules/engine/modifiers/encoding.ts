// base64, base64offset and the UTF-16 forms. They encode literal text: a wildcard has no encoding.
import type { Test, TextValue } from '../rule/expression.ts';
import { mapLiterals, normalise, plain } from '../text/pattern.ts';
import { fault, type Modifier, type ModifierContext, textOf } from './modifier.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function encodeBase64(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.slice(i, i + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += alphabet.charAt(bits >> 18) + alphabet.charAt((bits >> 12) & 63);
    text += b === undefined ? '=' : alphabet.charAt((bits >> 6) & 63);
    text += c === undefined ? '=' : alphabet.charAt(bits & 63);
  }
  return text;
}

function bytesOf(value: TextValue, context: ModifierContext): readonly number[] {
  const text = plain(value.pattern);
  if (text === undefined)
    throw fault(
      context,
      'cannot encode a wildcard',
      `escape it (\\*), or write |contains after |${context.name}`,
    );
  if (value.bytes) return Array.from(text, (character) => character.charCodeAt(0));
  return [...new TextEncoder().encode(text)];
}

function literal(value: TextValue, text: string): TextValue {
  return { ...value, pattern: text === '' ? [] : [text], written: undefined, bytes: false };
}

function base64(value: Test, context: ModifierContext): Test {
  const text = textOf(value, context);
  return literal(text, encodeBase64(bytesOf(text, context)));
}

/** What is constant of the encoding when the text begins at a byte 0, 1 or 2 of a group of three. */
function base64offset(value: Test, context: ModifierContext): readonly Test[] {
  const text = textOf(value, context);
  const bytes = bytesOf(text, context);
  return [0, 1, 2].map((shift) => {
    const encoded = encodeBase64([...Array.from({ length: shift }, () => 0x20), ...bytes]);
    // Characters that also hold bits of what stands before or behind are cut off.
    const start = [0, 2, 3][shift] ?? 0;
    const cut = [0, 3, 2][(bytes.length + shift) % 3] ?? 0;
    return literal(text, encoded.slice(start, encoded.length - cut));
  });
}

function utf16(order: 'little' | 'big', mark: string): Modifier {
  return (given, context) => {
    const value = textOf(given, context);
    if (value.bytes)
      throw fault(context, 'the value is UTF-16 already', 'use one of wide, utf16le, utf16be, utf16');
    const pattern = mapLiterals(value.pattern, (part) => encodeUnits(part, order));
    return { ...value, pattern: normalise([mark, ...pattern]), written: undefined, bytes: true };
  };
}

/** One character a byte. */
function encodeUnits(text: string, order: 'little' | 'big'): string {
  let bytes = '';
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    const low = String.fromCharCode(unit & 0xff);
    const high = String.fromCharCode(unit >> 8);
    bytes += order === 'little' ? low + high : high + low;
  }
  return bytes;
}

const little = utf16('little', '');

export const encodingModifiers: Readonly<Record<string, Modifier>> = {
  base64,
  base64offset,
  wide: little,
  utf16le: little,
  utf16be: utf16('big', ''),
  utf16: utf16('little', '\xff\xfe'),
};

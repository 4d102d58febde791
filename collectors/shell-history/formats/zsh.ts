import type { Entry, Format } from './format.ts';

const META = 0x83;
/** A longer command is given in pieces. */
const MAX_CONTINUED = 256;

/**
 * One command a line, with EXTENDED_HISTORY as `: 1699999999:0;command`. A newline in a command is escaped by a
 * backslash. Bytes that mean something to zsh itself, 0x83 to 0xa2 of UTF-8 among them, are written as 0x83 and the byte xor 32.
 */
export const zsh: Format = {
  decode: (bytes) => unmetafy(bytes).toString(),
  parse(lines) {
    const entries: Entry[] = [];
    let taken = 0;
    let command: string[] = [];
    for (const [index, line] of lines.entries()) {
      const continues = endsInBackslash(line) && command.length < MAX_CONTINUED;
      command.push(continues ? line.slice(0, -1) : line);
      if (continues) continue;
      const text = command.length === 1 ? line : command.join('\n');
      const start = text.startsWith(': ') ? (/^: *\d+:\d+;/.exec(text)?.[0].length ?? 0) : 0;
      if (text.length > start) entries.push({ line: text.slice(start), key: text });
      command = [];
      taken = index + 1;
    }
    return { entries, taken };
  },
};

/** An odd number of backslashes; zsh writes a space after a command that itself ends in one. */
function endsInBackslash(line: string): boolean {
  let slashes = 0;
  while (line.charCodeAt(line.length - 1 - slashes) === 0x5c) slashes += 1;
  return slashes % 2 === 1;
}

/** zsh never writes a newline this way: lines stay lines. */
function unmetafy(bytes: Buffer): Buffer {
  if (!bytes.includes(META)) return bytes;
  const plain = Buffer.alloc(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const isMeta = bytes[at] === META && at + 1 < bytes.length && bytes[at + 1] !== 0x0a;
    if (isMeta) at += 1;
    const byte = (bytes[at] as number) ^ (isMeta ? 0x20 : 0);
    plain[length] = isMeta && byte === 0x0a ? 0x20 : byte;
    length += 1;
  }
  return plain.subarray(0, length);
}

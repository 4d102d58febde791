import { utf8 } from './format.ts';
import type { Entry, Format } from './format.ts';

/** A longer command is given in pieces. */
const MAX_CONTINUED = 256;

/** PSReadLine: one command a line; a newline in a command is written as a backtick and a newline. */
export const powershell: Format = {
  decode: utf8,
  parse(lines) {
    const entries: Entry[] = [];
    let taken = 0;
    let command: string[] = [];
    for (const [index, line] of lines.entries()) {
      const text = line.endsWith('\r') ? line.slice(0, -1) : line;
      const continues = text.endsWith('`') && command.length < MAX_CONTINUED;
      command.push(continues ? text.slice(0, -1) : text);
      if (continues) continue;
      const typed = command.length === 1 ? text : command.join('\n');
      if (typed !== '') entries.push({ line: typed, key: typed });
      command = [];
      taken = index + 1;
    }
    return { entries, taken };
  },
};

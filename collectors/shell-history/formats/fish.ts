import { utf8 } from './format.ts';
import type { Entry, Format } from './format.ts';

const COMMAND = '- cmd: ';
const WHEN = '  when: ';

/** Looks like YAML and is not: `- cmd: …` with `\n` and `\\` escaped, then `  when: 1699999999`, then perhaps paths. */
export const fish: Format = {
  decode: utf8,
  parse(lines) {
    const entries: Entry[] = [];
    let taken = 0;
    let command: string | undefined;
    for (const [index, line] of lines.entries()) {
      if (line.startsWith(COMMAND)) {
        if (command !== undefined) entries.push({ line: command, key: command });
        command = unescape(line.slice(COMMAND.length));
        taken = index;
        continue;
      }
      if (command !== undefined && line.startsWith(WHEN)) {
        entries.push({ line: command, key: `${line.slice(WHEN.length)}\n${command}` });
        command = undefined;
      }
      if (command === undefined) taken = index + 1;
    }
    return { entries, taken };
  },
};

function unescape(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\([\\n])/g, (_, letter: string) => (letter === 'n' ? '\n' : '\\'))
    : text;
}

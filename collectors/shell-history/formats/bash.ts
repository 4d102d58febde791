import { utf8 } from './format.ts';
import type { Entry, Format } from './format.ts';

/** One command a line; with HISTTIMEFORMAT a line `#1699999999` before each. */
export const bash: Format = {
  decode: utf8,
  parse(lines) {
    const entries: Entry[] = [];
    let taken = 0;
    let time = '';
    for (const [index, line] of lines.entries()) {
      if (line.startsWith('#') && /^#\d{9,11}$/.test(line)) {
        time = line;
        continue;
      }
      if (line !== '') entries.push({ line, key: `${time}\n${line}` });
      time = '';
      taken = index + 1;
    }
    return { entries, taken };
  },
};

// Text that every match of a regular expression contains. Only what is certain: anything unusual ends the search.

const classes = 'dDwWsSbBAznrtfv';

/** The longest such text, in ASCII; empty where none is certain. */
export function necessaryLiteral(source: string): string {
  let best = '';
  let run = '';
  const flush = (): void => {
    if (run.length > best.length) best = run;
    run = '';
  };
  for (let i = 0; i < source.length; i += 1) {
    const character = source.charAt(i);
    if (character === '|') return '';
    if (character === '\\') {
      i += 1;
      const escaped = source.charAt(i);
      if (/[0-9A-Za-z]/.test(escaped)) {
        // \x41, \p{L}, \Q…\E and the like reach further than one character.
        if (!classes.includes(escaped)) return '';
        flush();
      } else if (escaped === '') return '';
      else run += escaped;
    } else if (character === '[') {
      const end = classEnd(source, i);
      if (end < 0) return '';
      flush();
      i = end;
    } else if (character === '(') {
      const end = groupEnd(source, i);
      // A quantifier behind `(?i)` is one of what stands before it.
      if (end < 0 || /^\(\?[a-zA-Z-]*\)[*+?{]/.test(source.slice(i, end + 2))) return '';
      flush();
      i = end;
    } else if (character === '*' || character === '?') {
      run = run.slice(0, -1);
      flush();
    } else if (character === '{') {
      const repeat = /^\{\d+(,\d*)?\}/.exec(source.slice(i, i + 16));
      if (!repeat) return '';
      run = run.slice(0, -1);
      flush();
      i += repeat[0].length - 1;
    } else if ('.^$+'.includes(character)) flush();
    else if (character > '~' || character < ' ') flush();
    else run += character;
  }
  flush();
  return best;
}

/** Index of the ] that ends the class at `start`, -1 where it is unusual. */
function classEnd(source: string, start: number): number {
  let i = start + 1;
  if (source.charAt(i) === '^') i += 1;
  if (source.charAt(i) === ']') i += 1;
  for (; i < source.length; i += 1) {
    const character = source.charAt(i);
    if (character === '\\') i += 1;
    else if (character === '[') return -1;
    else if (character === ']') return i;
  }
  return -1;
}

/** Index of the ) that ends the group at `start`. What is inside is not looked at. */
function groupEnd(source: string, start: number): number {
  let depth = 0;
  for (let i = start; i < source.length; i += 1) {
    const character = source.charAt(i);
    if (character === '\\') {
      if (source.charAt(i + 1) === 'Q') return -1;
      i += 1;
    } else if (character === '[') {
      i = classEnd(source, i);
      if (i < 0) return -1;
    } else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return -1;
}

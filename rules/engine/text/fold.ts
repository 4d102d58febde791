// Case folding by which Sigma compares text. Applied to patterns and events alike, so only its consistency matters.

/** Lower case, code point by code point: nothing depends on the neighbours, and as in Unicode's simple folding ſ is s. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  // Latin-1 text, nearly all there is, answers each of these at once.
  const sigma = lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
  const long = sigma.includes('ſ') ? sigma.replaceAll('ſ', 's') : sigma;
  return long.includes('i\u0307') ? long.replaceAll('i\u0307', 'i') : long;
}

/** Makes the five characters that `windash` treats alike (`-`, `/`, en dash, em dash, horizontal bar) one. */
export function unifyDashes(text: string): string {
  let unified = text;
  for (const dash of dashes) if (unified.includes(dash)) unified = unified.replaceAll(dash, '-');
  return unified;
}

const dashes = ['/', '\u2013', '\u2014', '\u2015'];

// Case folding by which Sigma compares text. Applied to patterns and events alike, so only its consistency matters.

/** Lower case, code point by code point: a final sigma and a dotted capital I fold wherever they stand. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  // toLowerCase looks at the neighbours of Σ and writes İ as two code points; a search for a part would miss both.
  const settled = lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
  return settled.includes('i\u0307') ? settled.replaceAll('i\u0307', 'i') : settled;
}

const dash = /[/\u2013-\u2015]/g;

/** Makes the five characters that `windash` treats alike (`-`, `/`, en dash, em dash, horizontal bar) one. */
export function unifyDashes(text: string): string {
  return text.replace(dash, '-');
}

// The key of a group: the values of its group-by fields.

const MAX_KEY = 256;

/** Values of different fields never run into one another; a long key becomes a digest of itself. */
export function joinKey(values: readonly string[]): string {
  const [only = ''] = values;
  const key = values.length === 1 ? only : values.map((value) => `${value.length}:${value}`).join('');
  return key.length <= MAX_KEY ? key : digest(key);
}

function digest(text: string): string {
  let a = 0xdeadbeef ^ text.length;
  let b = 0x41c6ce57;
  let c = 0x9e3779b9;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x85ebca6b);
    b = Math.imul(b ^ unit, 0xc2b2ae35);
    c = Math.imul(c ^ (unit + i), 0x27d4eb2f);
  }
  const words = [a ^ (b >>> 13), b ^ (c >>> 16), c ^ (a >>> 11)].map((word) => (word >>> 0).toString(36));
  return `\u0000${text.length}.${words.join('.')}.${text.slice(0, 64)}`;
}

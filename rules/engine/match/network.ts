// IP networks for `cidr`. An IPv4-mapped IPv6 address (::ffff:10.0.0.1) is the IPv4 address that it carries.

export interface Network {
  readonly words: readonly number[];
  readonly prefix: number;
}

/** Eight 16-bit words for IPv6, two for IPv4; undefined where the text is no address. */
export function parseAddress(text: string): readonly number[] | undefined {
  if (text.length > 64) return undefined;
  if (!text.includes(':')) return parseV4(text);
  const words = parseV6(text.replace(/%.*$/, '').replace(/^\[(.*)\]$/, '$1'));
  const mapped = words?.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
  return mapped ? words?.slice(6) : words;
}

function parseV4(text: string): readonly number[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = match.slice(1).map(Number);
  return Math.max(a, b, c, d) > 255 ? undefined : [a * 256 + b, c * 256 + d];
}

function parseV6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(parseWords);
  if (!head || (halves.length === 2 && !tail)) return undefined;
  if (!tail) return head.length === 8 ? head : undefined;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? undefined : [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function parseWords(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const words: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const v4 = index === parts.length - 1 && part.includes('.') ? parseV4(part) : undefined;
    if (v4) words.push(...v4);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) words.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return words.length > 8 ? undefined : words;
}

/** `10.0.0.0/8`, `fd00::/8`; without a prefix the one address. Bits behind the prefix are ignored. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length, rest] = text.split('/');
  const words = parseAddress(address);
  if (!words || rest !== undefined) return undefined;
  const bits = words.length * 16;
  if (length === undefined) return { words, prefix: bits };
  const prefix = Number(length);
  return /^\d{1,3}$/.test(length) && prefix <= bits ? { words, prefix } : undefined;
}

export function contains(network: Network, address: readonly number[]): boolean {
  if (address.length !== network.words.length) return false;
  for (let i = 0, left = network.prefix; left > 0; i += 1, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
    if (((address[i] ?? 0) & mask) !== ((network.words[i] ?? 0) & mask)) return false;
  }
  return true;
}

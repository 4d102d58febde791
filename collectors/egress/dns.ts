// A DNS message (RFC 1035 §4.1) as far as the sensor needs it: the question, and the addresses of the answer. The message comes
// from the network: every offset is checked, compression pointers only lead backwards, and what does not parse is undefined.

export interface DnsMessage {
  readonly query: string;
  /** `A`, `AAAA`, `TXT`, … or `TYPE65` where it has no name here. */
  readonly type: string;
  readonly isAnswer: boolean;
  /** Addresses and canonical names, in the order of the message; at most 32. */
  readonly answers: readonly DnsAnswer[];
}

export interface DnsAnswer {
  readonly type: string;
  readonly data: string;
  readonly ttlSeconds: number;
}

const HEADER = 12;
const MAX_NAME = 253;
const MAX_ANSWERS = 32;
const MAX_LABELS = 128;
const types: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  64: 'SVCB',
  65: 'HTTPS',
  255: 'ANY',
};

/** `formatAddress` writes the bytes of an address of the family. Undefined for what is no DNS message with one question. */
export function parseDns(
  message: Buffer,
  formatAddress: (bytes: Uint8Array, family: 4 | 6) => string,
): DnsMessage | undefined {
  if (message.length < HEADER || message.readUInt16BE(4) !== 1) return undefined;
  const question = readName(message, HEADER);
  if (!question || question.next + 4 > message.length) return undefined;
  const isAnswer = (message.readUInt16BE(2) & 0x8000) !== 0;
  const answers: DnsAnswer[] = [];
  let at = question.next + 4;
  const wanted = isAnswer ? Math.min(message.readUInt16BE(6), MAX_ANSWERS) : 0;
  while (answers.length < wanted) {
    const name = readName(message, at);
    if (!name || name.next + 10 > message.length) break;
    const type = message.readUInt16BE(name.next);
    const ttlSeconds = message.readUInt32BE(name.next + 4);
    const start = name.next + 10;
    const end = start + message.readUInt16BE(name.next + 8);
    if (end > message.length) break;
    answers.push({
      type: typeName(type),
      ttlSeconds,
      data: readData(message, type, start, end, formatAddress),
    });
    at = end;
  }
  return { query: question.name, type: typeName(message.readUInt16BE(question.next)), isAnswer, answers };
}

function typeName(type: number): string {
  return types[type] ?? `TYPE${type}`;
}

function readData(
  message: Buffer,
  type: number,
  start: number,
  end: number,
  formatAddress: (bytes: Uint8Array, family: 4 | 6) => string,
): string {
  if (type === 1 && end - start === 4) return formatAddress(message.subarray(start, end), 4);
  if (type === 28 && end - start === 16) return formatAddress(message.subarray(start, end), 6);
  if (type === 5) return readName(message, start)?.name ?? '';
  return `${end - start} bytes`;
}

/** A name in lower case without the final dot; `.` for the root. Bytes outside printable ASCII are written `\ddd` as RFC 4343 has it. */
function readName(message: Buffer, start: number): { name: string; next: number } | undefined {
  const labels: string[] = [];
  let at = start;
  let next = -1;
  let limit = start;
  let length = 0;
  for (let steps = 0; steps < MAX_LABELS; steps += 1) {
    if (at >= message.length) return undefined;
    const size = message.readUInt8(at);
    if (size === 0) return { name: labels.join('.') || '.', next: next < 0 ? at + 1 : next };
    if (size >= 0xc0) {
      if (at + 2 > message.length) return undefined;
      const target = message.readUInt16BE(at) & 0x3fff;
      if (next < 0) next = at + 2;
      if (target >= limit) return undefined;
      limit = target;
      at = target;
      continue;
    }
    length += size + 1;
    if (size > 63 || at + 1 + size > message.length || length > MAX_NAME + 1) return undefined;
    labels.push(label(message.subarray(at + 1, at + 1 + size)));
    at += size + 1;
  }
  return undefined;
}

function label(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const printable = byte > 0x20 && byte < 0x7f && byte !== 0x2e && byte !== 0x5c;
    text += printable ? String.fromCharCode(byte).toLowerCase() : `\\${String(byte).padStart(3, '0')}`;
  }
  return text;
}

import assert from 'node:assert/strict';
import { parseDns } from '../../../collectors/egress/dns.ts';
import { formatAddress } from '../../../collectors/egress/records.ts';

const header = (answers: number): Buffer => Buffer.from([0, 1, 0x81, 0x80, 0, 1, 0, answers, 0, 0, 0, 0]);
const name = (...labels: string[]): Buffer =>
  Buffer.concat([
    ...labels.map((l) => Buffer.concat([Buffer.from([l.length]), Buffer.from(l, 'latin1')])),
    Buffer.from([0]),
  ]);
const question = (qname: Buffer): Buffer => Buffer.concat([qname, Buffer.from([0, 1, 0, 1])]);

describe('parseDns', () => {
  it('reads a CNAME chain with compression', () => {
    const message = Buffer.concat([
      header(2),
      question(name('www', 'example')),
      Buffer.from([0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 6, 3]),
      Buffer.from('cdn'),
      Buffer.from([0xc0, 16]),
      Buffer.from([0xc0, 12, 0, 28, 0, 1, 0, 0, 0, 9, 0, 16]),
      Buffer.from('20010db8000000000000000000000001', 'hex'),
    ]);
    assert.deepEqual(parseDns(message, formatAddress), {
      query: 'www.example',
      type: 'A',
      isAnswer: true,
      answers: [
        { type: 'CNAME', data: 'cdn.example', ttlSeconds: 9 },
        { type: 'AAAA', data: '2001:db8::1', ttlSeconds: 9 },
      ],
    });
  });

  it('makes control characters and dots inside a label visible', () => {
    const parsed = parseDns(
      Buffer.concat([header(0), question(name('a\u0000b', 'c.d', '\u001b[2J'))]),
      formatAddress,
    );
    assert.equal(parsed?.query, 'a\\000b.c\\046d.\\027[2j');
  });

  for (const [what, message] of [
    ['an empty message', Buffer.alloc(0)],
    ['a pointer to itself', Buffer.concat([header(0), Buffer.from([0xc0, 12, 0, 1, 0, 1])])],
    ['a pointer forwards', Buffer.concat([header(0), Buffer.from([0xc0, 14, 1, 97, 0, 0, 1, 0, 1])])],
    ['a label that runs past the end', Buffer.concat([header(0), Buffer.from([60, 97])])],
    ['no question', Buffer.concat([Buffer.from([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), question(name('a'))])],
    [
      'a name of more than 253 characters',
      Buffer.concat([header(0), question(name(...Array<string>(6).fill('x'.repeat(60))))]),
    ],
  ] as const) {
    it(`refuses ${what}`, () => assert.equal(parseDns(message, formatAddress), undefined));
  }

  it('survives anything', () => {
    const seed = Buffer.concat([
      header(3),
      question(name('www', 'example')),
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4]),
    ]);
    let state = 1;
    const random = (): number => (state = (state * 48271) % 2147483647);
    for (let round = 0; round < 20_000; round += 1) {
      const message = Buffer.from(seed.subarray(0, random() % (seed.length + 1)));
      for (let i = 0; i < 3 && message.length > 0; i += 1)
        message[random() % message.length] = random() & 255;
      assert.ok((parseDns(message, formatAddress)?.answers.length ?? 0) <= 32);
    }
  });
});

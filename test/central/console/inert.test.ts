import assert from 'node:assert/strict';
import { inertJson, plain } from '../../../central/console/inert.ts';

describe('text from an attacker, made visible', () => {
  const cases: readonly [what: string, text: string, shown: string][] = [
    ['plain text', 'evil@1.0.1 read ~/.ssh/id_rsa', 'evil@1.0.1 read ~/.ssh/id_rsa'],
    ['letters of every script', 'jörg Ωμέγα 東京 שלום 🎉', 'jörg Ωμέγα 東京 שלום 🎉'],
    ['a right-to-left override', 'a\u202Egnp.js', 'aRLOgnp.js'],
    ['isolates', '\u2066a\u2069', 'LRIaPDI'],
    ['zero-width characters', 'pass\u200B\u200C\u200D\u2060\uFEFFword', 'passZWSPZWNJZWJWJBOMword'],
    ['controls', '\u0000\u001b[2J\u0007\u007f', 'NULESC[2JBELDEL'],
    ['line breaks and tabs', 'a\nb\tc\r', 'a⏎b⇥cCR'],
    ['odd spaces', 'a\u00A0b\u2003c\u3000d', 'aNBSPbU+2003cU+3000d'],
    ['tag characters', 'a\u{E0041}', 'aU+E0041'],
    ['a lone surrogate', 'a\uD800b', 'aU+D800b'],
    ['fillers that show nothing', '\u3164\u115F\u034F', 'U+3164U+115FU+034F'],
    ['private and unassigned characters', '\uE000\u{E0FFF}', 'U+E000U+E0FFF'],
  ];
  for (const [what, text, shown] of cases) it(what, () => assert.equal(plain(text), shown));

  it('is bounded', () => assert.ok(plain('\u202E'.repeat(100_000)).length < 10_000));

  it('is the same value as JSON, with nothing hidden in it', () => {
    const value = { text: cases.map(([, text]) => text).join(''), nested: [{ '\u202E': '\n' }] };
    const json = inertJson(value);
    assert.deepEqual(JSON.parse(json), value);
    assert.doesNotMatch(json.replaceAll('\n', ''), /[\p{C}\p{Default_Ignorable_Code_Point}]/u);
  });
});

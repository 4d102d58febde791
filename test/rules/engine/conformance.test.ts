import assert from 'node:assert/strict';
import type { Case } from './conformance/case.ts';
import { encoded, expanded, placeholders } from './conformance/encoded.ts';
import { forms, refused } from './conformance/forms.ts';
import { text } from './conformance/text.ts';
import { typed } from './conformance/typed.ts';
import { judge } from './sigma.ts';

const tables: Readonly<Record<string, readonly Case[]>> = {
  'text and its modifiers': text,
  'typed values and their modifiers': typed,
  'regular expressions and encodings': encoded,
  placeholders: expanded,
  'detections and conditions': forms,
  'what is refused': refused,
};

// Each row runs with the index and without it.
describe('Sigma 2.1: conformance', () => {
  for (const [name, cases] of Object.entries(tables))
    describe(name, () => {
      for (const [says, detection, event, expected] of cases)
        it(says, () => {
          assert.equal(judge(detection, event, { placeholders }), expected, detection);
        });
    });

  it('has at least 300 cases', () => {
    const count = Object.values(tables).flat().length;
    assert.ok(count >= 300, `${count} cases`);
  });
});

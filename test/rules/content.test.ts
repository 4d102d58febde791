import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { checkRules } from '../../rules/check.ts';
import { readDocuments } from '../../rules/documents.ts';
import { builtinRules, loadDetector } from '../../rules/index.ts';
import { eventsFile, testRules } from '../../rules/testing.ts';

interface Samples {
  readonly fires: readonly unknown[];
  readonly quiet: readonly unknown[];
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const { documents, files } = await readDocuments([builtinRules]);
const tested = await testRules([builtinRules]);

function name(file: string): string {
  return relative(builtinRules, file);
}

describe('the rules that come with Lifeguard', () => {
  it('have nothing that the checker complains about', async () => {
    const { problems } = await checkRules([builtinRules]);
    assert.deepEqual(
      problems.map(({ file, line, code, message }) => `${name(file)}:${line} ${code} ${message}`),
      [],
    );
  });

  it('have ids of their own', () => {
    for (const { head } of documents) assert.match(head.id, uuid, head.title);
    assert.equal(new Set(documents.map(({ head }) => head.id)).size, documents.length);
  });

  it('say which version of ATT&CK their techniques are of, and name a technique', async () => {
    for (const rule of (await loadDetector([builtinRules])).rules) {
      assert.equal(rule.attackVersion, '18.1', rule.title);
      assert.ok(rule.tactics.length > 0 && rule.techniques.length > 0, rule.title);
    }
  });

  for (const file of files) {
    describe(name(file), () => {
      const own = documents.filter(({ head }) => head.file === file);
      const isFilter = own.every(({ kind }) => kind === 'filter');

      it(isFilter ? 'has events' : 'has events on which it fires and on which it stays quiet', () => {
        const samples = JSON.parse(readFileSync(eventsFile(file), 'utf8')) as Samples;
        assert.ok(isFilter || samples.fires.length > 0);
        assert.ok(samples.quiet.length > 0);
      });

      for (const result of tested.results.filter((one) => one.file === file)) {
        it(result.name, () => assert.ok(result.passed, result.detail ?? result.name));
      }
    });
  }
});

// SigmaHQ's rules and recorded events, and the specification's own examples.
import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse, stringify } from 'yaml';
import { checkRules } from '../../../rules/check.ts';
import { readDocuments } from '../../../rules/documents.ts';
import { Engine } from '../../../rules/engine/engine.ts';
import { readRules } from '../../../rules/engine/rule/read.ts';
import { ruleTaxonomy } from '../../../rules/taxonomy/rule-fields.ts';
import { windowsEvent, type WindowsEvent } from '../../../rules/taxonomy/windows.ts';

const sigma = '../shared/sigma';

function recorded(folder: string): readonly WindowsEvent[] {
  const text = readFileSync(`${sigma}/regression/${folder}/event.json`, 'utf8');
  return text.split(/\n(?=\{)/).map((record) => {
    const event = windowsEvent(JSON.parse(record));
    assert.ok(event);
    return event;
  });
}

describe('SigmaHQ', function () {
  this.timeout(60_000);
  before(function () {
    if (existsSync(sigma)) return;
    console.warn('SKIPPED: ../shared/sigma is absent');
    this.skip();
  });

  it('all 1,979 rules compile; those that can never match are named', async () => {
    const { problems, rules } = await checkRules([`${sigma}/rules`]);
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.equal(rules, 1979);
    const never = problems.filter(({ code }) => code === 'W_NEVER').map(({ file }) => basename(file, '.yml'));
    assert.equal(never.length, 12);
    assert.deepEqual(never.filter((name) => name.startsWith('proc_creation_lnx')).toSorted(), [
      'proc_creation_lnx_exploit_cve_2022_33891_spark_shell_command_injection',
      'proc_creation_lnx_mal_shai_hulud_malicious_npm_package_installation',
      'proc_creation_lnx_omigod_scx_runasprovider_executescript',
      'proc_creation_lnx_omigod_scx_runasprovider_executeshellcommand',
    ]);
  });

  it('101 of 101 recorded events match their rule', () => {
    const folders = readdirSync(`${sigma}/regression`);
    const missed = folders.filter((folder) => {
      const { documents } = readRules(readFileSync(`${sigma}/regression/${folder}/rule.yml`, 'utf8'), folder);
      const engine = new Engine<WindowsEvent>(documents);
      return !recorded(folder).some((event) => engine.evaluate(event).length > 0);
    });
    assert.deepEqual(missed, []);
    assert.equal(folders.length, 101);
  });

  it('recorded events match the same rules with the index and without it', async () => {
    const { documents } = await readDocuments([`${sigma}/rules/windows`]);
    const [indexed, naive] = [true, false].map((index) => new Engine<WindowsEvent>(documents, { index }));
    assert.ok(indexed && naive);
    for (const folder of readdirSync(`${sigma}/regression`))
      for (const event of recorded(folder))
        assert.deepEqual(
          indexed.evaluate(event).map(({ rule }) => rule.head.id),
          naive.evaluate(event).map(({ rule }) => rule.head.id),
        );
  });

  it('no rule that has matched is said to match never', async () => {
    const { problems } = await checkRules([`${sigma}/regression`]);
    assert.deepEqual(
      problems.filter(({ code }) => code === 'W_NEVER'),
      [],
    );
  });
});

describe('the specification’s schema tests', () => {
  const files = existsSync(sigma) ? globSync(`${sigma}/spec/tests/schema/*/*.yml`) : [];
  before(function () {
    if (files.length > 0) return;
    console.warn('SKIPPED: ../shared/sigma is absent');
    this.skip();
  });

  const read = (text: string) => readRules(text, 'x', { taxonomy: ruleTaxonomy });

  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    it(`accepts ${basename(file)}`, () => {
      const { documents, problems } = read(text);
      assert.deepEqual(problems, []);
      assert.equal(documents.length, 1);
    });

    for (const path of requiredOf(parse(text) as Tree))
      it(`refuses ${basename(file)} without ${path.join('.')}`, () => {
        const { documents } = read(stringify(without(parse(text) as Tree, path)));
        assert.equal(documents.length, 0);
      });
  }
});

interface Tree {
  [key: string]: unknown;
}

/** What the JSON schemas require. */
function requiredOf(root: Tree): readonly (readonly string[])[] {
  if ('correlation' in root) {
    const { type } = root['correlation'] as { type: string };
    const condition = type.startsWith('temporal') ? [] : [['correlation', 'condition']];
    const field = type.startsWith('value') ? [['correlation', 'condition', 'field']] : [];
    const common = ['type', 'rules', 'timespan', 'group-by'].map((key) => ['correlation', key]);
    return [['title'], ['correlation'], ...common, ...condition, ...field];
  }
  if ('filter' in root)
    return [
      ['title'],
      ['logsource'],
      ['filter'],
      ['filter', 'rules'],
      ['filter', 'selection'],
      ['filter', 'condition'],
    ];
  return [['title'], ['logsource'], ['detection'], ['detection', 'condition']];
}

function without(root: Tree, [key = '', ...rest]: readonly string[]): Tree {
  const copy: Tree = { ...root };
  if (rest.length === 0) delete copy[key];
  else copy[key] = without(copy[key] as Tree, rest);
  return copy;
}

// Which other rules a recorded attack matches beside its own: what a SOC would see.
// node bench/engine/regression.ts [--sigma ../shared/sigma]
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readDocuments } from '../../rules/documents.ts';
import { Engine } from '../../rules/engine/engine.ts';
import type { SigmaDocument } from '../../rules/engine/rule/rule.ts';
import { type WindowsEvent, windowsEvent } from '../../rules/taxonomy/windows.ts';

const { values } = parseArgs({ options: { sigma: { type: 'string', default: '../shared/sigma' } } });
const folder = `${values.sigma}/regression`;
const all = await readDocuments([`${values.sigma}/rules`, folder]);
// A rule that is in both is the same rule.
const documents = new Map<string, SigmaDocument>();
for (const document of all.documents) documents.set(document.head.id, document);
const engine = new Engine<WindowsEvent>([...documents.values()]);

const others = new Map<string, number>();
let own = 0;
const counts: number[] = [];
for (const name of readdirSync(folder)) {
  const rule = all.documents.find(({ head }) => head.file === `${folder}/${name}/rule.yml`);
  const found = new Set<string>();
  for (const text of readFileSync(`${folder}/${name}/event.json`, 'utf8').split(/\n(?=\{)/)) {
    const event = windowsEvent(JSON.parse(text));
    if (event) for (const match of engine.evaluate(event)) found.add(match.rule.head.id);
  }
  if (rule && found.delete(rule.head.id)) own += 1;
  counts.push(found.size);
  for (const id of found) others.set(id, (others.get(id) ?? 0) + 1);
}
const sorted = counts.toSorted((a, b) => a - b);
const share = (limit: number): number => counts.filter((count) => count <= limit).length;
console.log(`${own} of ${counts.length} recordings match their own rule, of ${engine.rules.length} rules`);
console.log(
  `other rules: ${counts.reduce((a, b) => a + b, 0)} matches in all, median ${sorted[Math.floor(sorted.length / 2)]}, at most ${sorted.at(-1)}; none in ${share(0)}, at most two in ${share(2)} recordings`,
);
for (const [id, count] of [...others].toSorted(([, a], [, b]) => b - a).slice(0, 10))
  console.log(`  ${count} × ${documents.get(id)?.head.title ?? id}`);

// `placeholders:` documents: what `%Servers%` and the like stand for here.
import { type Problem, RuleFault } from './engine/problem.ts';
import { readTexts, wrong } from './engine/rule/fields.ts';
import { entry, position } from './engine/yaml/node.ts';
import { readYaml } from './engine/yaml/read.ts';

/** Adds the placeholders of a file to `into`; returns what is wrong with them. */
export function readPlaceholders(text: string, into: Map<string, readonly string[]>): readonly Problem[] {
  const problems: Problem[] = [];
  for (const root of readYaml(text)) {
    if (root === undefined || root instanceof RuleFault || root.kind !== 'mapping') continue;
    const section = entry(root, 'placeholders')?.value;
    if (!section) continue;
    try {
      if (section.kind !== 'mapping') throw wrong('placeholders', section, 'a map of names to values');
      for (const { key, offset } of section.entries) {
        if (into.has(key)) throw new RuleFault('E_PLACEHOLDER', offset, `${key} has values already`);
        into.set(key, readTexts(section, key, true) ?? []);
      }
    } catch (fault) {
      if (!(fault instanceof RuleFault)) throw fault;
      problems.push({
        ...position(text, fault.offset),
        code: fault.code,
        severity: 'error',
        message: fault.message,
      });
    }
  }
  return problems;
}

// Chooses for each rule the groups of literals that tell most; equal groups of different rules are one.
import type { Expression } from '../rule/expression.ts';
import { chance, type LiteralGroup, necessary } from './necessary.ts';

/** Groups that a rule waits for: more narrow little. */
const MAX_GROUPS = 2;

export interface Arrangement {
  readonly groups: readonly LiteralGroup[];
  /** group → rules that wait for it. */
  readonly waiting: readonly (readonly number[])[];
  /** rule → how many groups it waits for; 0 where nothing is certain. */
  readonly needs: readonly number[];
}

export function arrange(conditions: readonly Expression[]): Arrangement {
  const perRule = conditions.map((condition) => distinct(necessary(condition) ?? []));
  const shared = new Map<string | LiteralGroup, number>();
  for (const groups of perRule) for (const key of groups.keys()) shared.set(key, (shared.get(key) ?? 0) + 1);
  const numbers = new Map<string | LiteralGroup, number>();
  const groups: LiteralGroup[] = [];
  const waiting: number[][] = [];
  const needs = perRule.map((own, rule) => {
    // What many rules look for is common: it narrows least.
    const chosen = [...own]
      .map(([key, group]) => ({ key, group, weight: chance(group) * (shared.get(key) ?? 1) }))
      .sort((a, b) => a.weight - b.weight)
      .slice(0, MAX_GROUPS);
    for (const { key, group } of chosen) {
      const number = numbers.get(key) ?? groups.push(group) - 1;
      numbers.set(key, number);
      (waiting[number] ??= []).push(rule);
    }
    return chosen.length;
  });
  return { groups, waiting, needs };
}

/** Longer groups are not compared: hardly two rules have the same. */
const MAX_COMPARED = 8;

function distinct(groups: readonly LiteralGroup[]): Map<string | LiteralGroup, LiteralGroup> {
  return new Map(groups.map((group) => [group.length > MAX_COMPARED ? group : keyOf(group), group]));
}

function keyOf(group: LiteralGroup): string {
  return group.map(({ field, text, anchor }) => `${field ?? ''}\n${text}\n${anchor}`).join('\0');
}

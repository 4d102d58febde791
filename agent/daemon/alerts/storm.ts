// Bounds alerts per minute, so that a program that makes noise on purpose neither fills the spool nor hides what it did:
// the first of each kind always passes, and what was kept back is told in one alert a minute.
import { randomUUID } from 'node:crypto';
import { compareLevels, type Level } from '../../../schema/primitives.ts';
import type { Draft } from './draft.ts';
import type { Counters } from '../counters.ts';

const MINUTE = 60_000;
export type Budget = Readonly<Record<Level, number>>;

/** Alerts of a level in one minute, beside the first ones of their kind. Noise in a low level costs a high one nothing. */
export const defaultBudget: Budget = {
  informational: 10,
  low: 20,
  medium: 30,
  high: 60,
  critical: 60,
};
/** Even first ones are bounded: package names are free to invent. */
const MAX_FIRST = 64;
const MAX_KINDS = 4096;

interface Suppressed {
  /** The most severe that was kept back, latest of its level: it stands for all. */
  draft: Draft;
  readonly counts: Map<string, number>;
}

export class Storm {
  readonly #counters: Counters;
  readonly #budget: Budget;
  readonly #kinds = new Set<string>();
  #minute = Number.NEGATIVE_INFINITY;
  #spent = new Map<Level, number>();
  #first = 0;
  #suppressed: Suppressed | undefined;

  constructor(counters: Counters, budget: Budget) {
    this.#counters = counters;
    this.#budget = budget;
  }

  /** The drafts that go on at `now` (ms on any steady clock): this one or none, after the account of a minute that is over. */
  pass(draft: Draft, now: number): Draft[] {
    const told = this.settle(now);
    if (this.#isFirst(draft) || this.#isInBudget(draft.level)) return [...told, draft];
    this.#keepBack(draft);
    return told;
  }

  /** Begins a new minute where one is over; the alert that tells what was kept back in the last one, if anything was. */
  settle(now: number): Draft[] {
    if (now - this.#minute < MINUTE) return [];
    const suppressed = this.#suppressed;
    this.#minute = now;
    this.#spent = new Map();
    this.#first = 0;
    this.#suppressed = undefined;
    return suppressed === undefined ? [] : [account(suppressed)];
  }

  #isFirst({ rule, package: found, process }: Draft): boolean {
    const kind = `${rule.id}\0${found?.purl ?? process?.image ?? ''}`;
    if (this.#kinds.has(kind) || this.#first >= MAX_FIRST) return false;
    if (this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
    this.#kinds.add(kind);
    this.#first += 1;
    return true;
  }

  #isInBudget(level: Level): boolean {
    const spent = this.#spent.get(level) ?? 0;
    this.#spent.set(level, spent + 1);
    return spent < this.#budget[level];
  }

  #keepBack(draft: Draft): void {
    this.#counters.add('alerts.storm-dropped');
    const known = (this.#suppressed ??= { draft, counts: new Map() });
    if (compareLevels(draft.level, known.draft.level) >= 0) known.draft = draft;
    const name = known.counts.size < 32 || known.counts.has(draft.rule.title) ? draft.rule.title : 'others';
    known.counts.set(name, (known.counts.get(name) ?? 0) + 1);
  }
}

function account({ draft, counts }: Suppressed): Draft {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const most = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, 3);
  const named = most.map(([title, count]) => `${count} × ${title.slice(0, 60)}`).join(', ');
  return {
    ...draft,
    id: randomUUID(),
    rule: {
      ...draft.rule,
      id: 'lifeguard-alert-storm',
      title: 'More alerts in one minute than are reported singly',
    },
    summary:
      `${total} more alerts within a minute were counted, not reported: ${named}; the latest: ${draft.summary}`.slice(
        0,
        300,
      ),
  };
}

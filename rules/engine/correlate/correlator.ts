// Runs the correlations: event time, a bounded allowance for late events, bounded state whose evictions are counted.
import type { EngineEvent, FieldValue } from '../event.ts';
import type { CorrelationRule } from '../rule/rule.ts';
import { Evidence } from './evidence.ts';
import { joinKey } from './key.ts';
import type { PlannedCorrelation } from './plan.ts';
import type { Group, Hit } from './strategy.ts';

export interface CorrelationLimits {
  /** How late an event may be, by its own time, and still be correlated; milliseconds. */
  readonly lateness: number;
  /** Groups that all correlations hold together. */
  readonly groups: number;
  /** Events that are kept as evidence of matches to come. */
  readonly evidence: number;
}

export const defaultLimits: CorrelationLimits = { lateness: 5000, groups: 100_000, evidence: 4096 };

/** After this many late events in a row the clock has been set back, and we follow it. */
const CLOCK_RESET = 64;

export interface Fired<E> {
  readonly unit: number;
  readonly events: readonly E[];
}

interface Running {
  readonly planned: PlannedCorrelation;
  /** Oldest first: a group moves to the end whenever it takes a hit. */
  groups: Map<string, Group>;
}

export type CorrelationCounter =
  | 'correlation.late'
  | 'correlation.no-key'
  | 'correlation.evicted'
  | 'correlation.clock-reset'
  | 'correlation.evidence-lost';

export class Correlator<E extends EngineEvent> {
  readonly #running: readonly Running[];
  readonly #limits: CorrelationLimits;
  #evidence: Evidence<E>;
  #newest = Number.NEGATIVE_INFINITY;
  #lateInARow = 0;
  #groups = 0;
  readonly counters: Record<CorrelationCounter, number> = {
    'correlation.late': 0,
    'correlation.no-key': 0,
    'correlation.evicted': 0,
    'correlation.clock-reset': 0,
    'correlation.evidence-lost': 0,
  };

  constructor(planned: readonly PlannedCorrelation[], limits: CorrelationLimits) {
    this.#limits = limits;
    this.#evidence = new Evidence(limits.evidence);
    this.#running = planned.map((one) => ({ planned: one, groups: new Map() }));
  }

  get groups(): number {
    return this.#groups;
  }

  /** The units that matched this event; returns the correlations that it completes, inner ones before outer ones. */
  observe(event: E, matched: ReadonlySet<number>): readonly Fired<E>[] {
    const fired = this.advance(event.time);
    if (!this.#accept(event.time)) return fired;
    const hits = new Set(matched);
    const seq = { value: -1 };
    for (const running of this.#running) {
      const { steps, unit } = running.planned;
      // From the last step to the first: one event is never two steps of an order.
      for (let step = steps.length - 1; step >= 0; step -= 1) {
        if (!hits.has(steps[step] ?? -1)) continue;
        const found = this.#hit(running, step, event, seq);
        if (!found) continue;
        hits.add(unit);
        fired.push({ unit, events: found });
      }
    }
    return fired;
  }

  /** Event time has come to `time`: closes and drops what is over. */
  advance(time: number): Fired<E>[] {
    const fired: Fired<E>[] = [];
    if (!(time > this.#newest)) return fired;
    this.#newest = time;
    const watermark = time - this.#limits.lateness;
    for (const running of this.#running) this.#closeUntil(running, watermark, fired);
    return fired;
  }

  /** Closes every window, as at the end of a recording. */
  flush(): readonly Fired<E>[] {
    const fired: Fired<E>[] = [];
    for (const running of this.#running) this.#closeUntil(running, Number.POSITIVE_INFINITY, fired);
    return fired;
  }

  /** Takes over what another correlator holds for rules that `same` says are unchanged. */
  adopt(other: Correlator<E>, same: (rule: CorrelationRule, before: CorrelationRule) => boolean): number {
    let adopted = 0;
    for (const running of this.#running) {
      const before = other.#running.find(({ planned }) => same(running.planned.rule, planned.rule));
      if (!before) continue;
      running.groups = before.groups;
      this.#groups += before.groups.size;
      adopted += 1;
    }
    this.#evidence = other.#evidence;
    this.#newest = other.#newest;
    for (const name of Object.keys(this.counters) as CorrelationCounter[])
      this.counters[name] = other.counters[name];
    return adopted;
  }

  #accept(time: number): boolean {
    if (time >= this.#newest - this.#limits.lateness) {
      this.#lateInARow = 0;
      return true;
    }
    this.#lateInARow += 1;
    if (this.#lateInARow < CLOCK_RESET) {
      this.counters['correlation.late'] += 1;
      return false;
    }
    this.counters['correlation.clock-reset'] += 1;
    this.#lateInARow = 0;
    this.#newest = time;
    this.#groups = 0;
    for (const running of this.#running) running.groups.clear();
    return true;
  }

  #hit(running: Running, step: number, event: E, seq: { value: number }): readonly E[] | undefined {
    const { rule } = running.planned;
    const key = groupKey(rule, step, event);
    const value = countedValue(rule, step, event);
    if (key === undefined || value === 'none') {
      this.counters['correlation.no-key'] += 1;
      return undefined;
    }
    if (seq.value < 0) seq.value = this.#evidence.add(event);
    const hit = { time: event.time, seq: seq.value, step, value: value.of };
    const group = this.#group(running, key, hit);
    const seqs = running.planned.strategy.add(group, hit, this.#newest - this.#limits.lateness);
    return seqs ? this.#resolve(seqs, event) : undefined;
  }

  #group(running: Running, key: string, hit: Hit): Group {
    const known = running.groups.get(key);
    if (known) {
      running.groups.delete(key);
      running.groups.set(key, known);
      return known;
    }
    if (this.#groups >= this.#limits.groups) this.#evict(running);
    const group = running.planned.strategy.create(hit);
    running.groups.set(key, group);
    this.#groups += 1;
    return group;
  }

  /** Makes room: the group that has been quiet longest, of this correlation if it has one. */
  #evict(running: Running): void {
    const from = running.groups.size > 0 ? running : this.#running.find(({ groups }) => groups.size > 0);
    const [oldest] = from?.groups.keys() ?? [];
    if (oldest === undefined) return;
    from?.groups.delete(oldest);
    this.#groups -= 1;
    this.counters['correlation.evicted'] += 1;
  }

  #closeUntil(running: Running, watermark: number, fired: Fired<E>[]): void {
    for (const [key, group] of running.groups) {
      if (running.planned.strategy.end(group) >= watermark) break;
      running.groups.delete(key);
      this.#groups -= 1;
      const seqs = running.planned.strategy.close(group);
      if (seqs) fired.push({ unit: running.planned.unit, events: this.#resolve(seqs, undefined) });
    }
  }

  #resolve(seqs: readonly number[], trigger: E | undefined): readonly E[] {
    const events = seqs.map((seq) => this.#evidence.get(seq)).filter((event) => event !== undefined);
    this.counters['correlation.evidence-lost'] += seqs.length - events.length;
    const rest = trigger === undefined ? events : events.filter((event) => event !== trigger);
    return trigger === undefined ? rest : [...rest, trigger];
  }
}

function groupKey(rule: CorrelationRule, step: number, event: EngineEvent): string | undefined {
  const values: string[] = [];
  for (const name of rule.groupBy) {
    const value = keyText(event.field(fieldOf(rule, step, name)));
    if (value === undefined) return undefined;
    values.push(value);
  }
  return joinKey(values);
}

/** An alias stands for a field of the rule that matched. */
function fieldOf(rule: CorrelationRule, step: number, name: string): string {
  return rule.aliases.get(name)?.get(rule.rules[step] ?? '') ?? name;
}

function keyText(value: FieldValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function countedValue(
  rule: CorrelationRule,
  step: number,
  event: EngineEvent,
): { readonly of: string | number | undefined } | 'none' {
  if (rule.fields.length === 0) return { of: undefined };
  const texts = rule.fields.map((name) => keyText(event.field(fieldOf(rule, step, name))));
  if (texts.some((text) => text === undefined)) return 'none';
  const text = joinKey(texts.filter((one) => one !== undefined));
  if (rule.type === 'value_count' || (rule.type === 'value_percentile' && rule.percentile === undefined))
    return { of: text };
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? 'none' : { of: number };
}

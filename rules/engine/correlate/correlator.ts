// Runs the correlations: event time, a bounded allowance for late events, bounded state whose evictions are counted.
import type { EngineEvent } from '../event.ts';
import type { CorrelationRule } from '../rule/rule.ts';
import { Evidence } from './evidence.ts';
import { countedValue, groupKey } from './key.ts';
import type { PlannedCorrelation } from './plan.ts';
import type { Group, Hit } from './strategy.ts';

export interface CorrelationLimits {
  /** How late an event may be, by its own time, and still be correlated; milliseconds. */
  readonly lateness: number;
  /** Groups that all correlations hold together. */
  readonly groups: number;
  /** Hits and values that all groups hold together. */
  readonly hits: number;
  /** Events that are kept as evidence of matches to come. */
  readonly evidence: number;
}

export const defaultLimits: CorrelationLimits = {
  lateness: 5000,
  groups: 100_000,
  hits: 1_000_000,
  evidence: 4096,
};

/** After this many late events in a row the clock has been set back, and we follow it. */
const CLOCK_RESET = 64;
/** Event time between two looks for groups that are over, milliseconds. */
const SWEEP = 250;

export interface Fired<E> {
  readonly unit: number;
  /** The event that completed the match is the last. */
  readonly events: readonly E[];
}

interface Running {
  readonly planned: PlannedCorrelation;
  /** Those that end first come first: a group without a last word moves to the end whenever it takes a hit. */
  groups: Map<string, Group>;
}

const noCounts = {
  'correlation.late': 0,
  'correlation.no-key': 0,
  'correlation.evicted': 0,
  'correlation.clock-reset': 0,
  'correlation.evidence-lost': 0,
};
export type CorrelationCounter = keyof typeof noCounts;

export class Correlator<E extends EngineEvent> {
  readonly #running: readonly Running[];
  /** unit → where its matches go. */
  readonly #listeners: ReadonlyMap<number, readonly { readonly at: number; readonly step: number }[]>;
  /** By correlation: which of its steps the event in hand has matched, as bits. */
  readonly #pending: Int32Array;
  readonly #limits: CorrelationLimits;
  #evidence: Evidence<E>;
  #newest = Number.NEGATIVE_INFINITY;
  #swept = Number.NEGATIVE_INFINITY;
  #lateInARow = 0;
  #groups = 0;
  #held = 0;
  #counts: Record<CorrelationCounter, number> = { ...noCounts };

  constructor(planned: readonly PlannedCorrelation[], limits: CorrelationLimits) {
    this.#limits = limits;
    this.#evidence = new Evidence(limits.evidence);
    this.#running = planned.map((one) => ({ planned: one, groups: new Map() }));
    this.#pending = new Int32Array(planned.length);
    const listeners = new Map<number, { at: number; step: number }[]>();
    for (const [at, { steps }] of planned.entries())
      for (const [step, unit] of steps.entries())
        listeners.set(unit, [...(listeners.get(unit) ?? []), { at, step }]);
    this.#listeners = listeners;
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counts, 'correlation.groups': this.#groups, 'correlation.hits': this.#held };
  }

  /** The units that matched this event; returns the correlations that are complete, inner ones before outer ones. */
  observe(event: E, matched: readonly number[]): readonly Fired<E>[] {
    if (this.#running.length === 0) return [];
    const fired = event.time > this.#newest ? this.#advance(event.time) : [];
    if (matched.length === 0 || !this.#accept(event.time)) return fired;
    for (const unit of matched) this.#mark(unit);
    this.#cascade(event, event.time, fired);
    return fired;
  }

  /** Closes every window, as at the end of a recording. */
  flush(): readonly Fired<E>[] {
    const fired: Fired<E>[] = [];
    this.#sweep(Number.POSITIVE_INFINITY, fired);
    return fired;
  }

  /** Takes over what another correlator holds for the rule that `before` names; how many it names. */
  adopt(other: Correlator<E>, before: (planned: PlannedCorrelation) => CorrelationRule | undefined): number {
    let adopted = 0;
    for (const running of this.#running) {
      const rule = before(running.planned);
      const from = rule && other.#running.find(({ planned }) => planned.rule === rule);
      if (!from) continue;
      running.groups = from.groups;
      adopted += 1;
      this.#groups += from.groups.size;
      for (const { size } of from.groups.values()) this.#held += size;
    }
    this.#evidence = other.#evidence;
    this.#newest = other.#newest;
    this.#swept = other.#swept;
    this.#counts = { ...other.#counts };
    return adopted;
  }

  #advance(time: number): Fired<E>[] {
    const fired: Fired<E>[] = [];
    this.#newest = time;
    if (time - this.#swept >= SWEEP) {
      this.#swept = time;
      this.#sweep(time - this.#limits.lateness, fired);
    }
    return fired;
  }

  #accept(time: number): boolean {
    if (time >= this.#newest - this.#limits.lateness) {
      this.#lateInARow = 0;
      return true;
    }
    this.#lateInARow += 1;
    this.#counts['correlation.late'] += 1;
    if (this.#lateInARow < CLOCK_RESET) return false;
    this.#counts['correlation.clock-reset'] += 1;
    this.#lateInARow = 0;
    this.#newest = time;
    this.#swept = time;
    this.#groups = 0;
    this.#held = 0;
    for (const running of this.#running) running.groups.clear();
    return true;
  }

  #mark(unit: number): void {
    for (const { at, step } of this.#listeners.get(unit) ?? [])
      this.#pending[at] = (this.#pending[at] ?? 0) | (1 << step);
  }

  /** Inner correlations come before outer ones, so one pass reaches every chain. */
  #cascade(event: E, time: number, fired: Fired<E>[]): void {
    let seq = -1;
    for (let at = 0; at < this.#pending.length; at += 1) {
      const steps = this.#pending[at] ?? 0;
      const running = this.#running[at];
      if (steps === 0 || !running) continue;
      this.#pending[at] = 0;
      // From the last step to the first: one event is never two steps of an order.
      for (let step = 31 - Math.clz32(steps); step >= 0; step -= 1) {
        if ((steps & (1 << step)) === 0) continue;
        if (seq < 0) seq = this.#evidence.add(event);
        const seqs = this.#hit(running, step, event, time, seq, fired);
        if (!seqs) continue;
        this.#mark(running.planned.unit);
        fired.push({ unit: running.planned.unit, events: this.#resolve(seqs, event) });
      }
    }
  }

  #hit(
    running: Running,
    step: number,
    event: E,
    time: number,
    seq: number,
    fired: Fired<E>[],
  ): readonly number[] | undefined {
    const { rule, strategy } = running.planned;
    const key = groupKey(rule, step, event);
    const value = countedValue(rule, step, event);
    if (key === undefined || value === null) {
      this.#counts['correlation.no-key'] += 1;
      return undefined;
    }
    const hit: Hit = { time, seq, step, value };
    const group = this.#group(running, key, hit, fired);
    const before = group.size;
    const seqs = strategy.add(group, hit, this.#newest - this.#limits.lateness);
    this.#held += group.size - before;
    while (this.#held > this.#limits.hits && this.#groups > 1) this.#evict(running);
    return seqs;
  }

  #group(running: Running, key: string, hit: Hit, fired: Fired<E>[]): Group {
    const { groups, planned } = running;
    const known = groups.get(key);
    if (known) {
      const judged = 'close' in planned.strategy;
      if (judged && planned.strategy.end(known) >= hit.time) return known;
      groups.delete(key);
      if (judged) this.#forget(running, known, fired);
      else {
        groups.set(key, known);
        return known;
      }
    }
    if (this.#groups >= this.#limits.groups) this.#evict(running);
    const group = planned.strategy.create(hit);
    groups.set(key, group);
    this.#groups += 1;
    this.#held += group.size;
    return group;
  }

  /** Makes room: the group that ends first, of this correlation if it has another. */
  #evict(running: Running): void {
    const from = running.groups.size > 1 ? running : this.#running.find(({ groups }) => groups.size > 0);
    for (const [key, group] of from?.groups ?? []) {
      from?.groups.delete(key);
      this.#groups -= 1;
      this.#held -= group.size;
      this.#counts['correlation.evicted'] += 1;
      return;
    }
  }

  #sweep(watermark: number, fired: Fired<E>[]): void {
    for (const running of this.#running) {
      for (const [key, group] of running.groups) {
        if (running.planned.strategy.end(group) >= watermark) break;
        running.groups.delete(key);
        this.#forget(running, group, fired);
      }
    }
  }

  /** A group that is over has its last word; where it matches, that is a hit for the correlations around it. */
  #forget({ planned }: Running, group: Group, fired: Fired<E>[]): void {
    this.#groups -= 1;
    this.#held -= group.size;
    const seqs = planned.strategy.close?.(group);
    if (!seqs) return;
    const events = this.#resolve(seqs, undefined);
    const last = events.at(-1);
    if (!last) return;
    fired.push({ unit: planned.unit, events });
    const pending = this.#pending.slice();
    this.#pending.fill(0);
    this.#mark(planned.unit);
    this.#cascade(last, last.time, fired);
    this.#pending.set(pending);
  }

  #resolve(seqs: readonly number[], trigger: E | undefined): readonly E[] {
    const events: E[] = [];
    for (const seq of seqs) {
      const event = this.#evidence.get(seq);
      if (event === undefined) this.#counts['correlation.evidence-lost'] += 1;
      else if (event !== trigger) events.push(event);
    }
    if (trigger !== undefined) events.push(trigger);
    return events;
  }
}

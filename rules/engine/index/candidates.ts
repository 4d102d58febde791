// Which rules an event could match: those of its log source of whose necessary groups each has a literal in the event.
// Only ever narrows: a rule without necessary literals is always a candidate.
import type { EventSource } from '../event.ts';
import { accepts } from '../match/logsource.ts';
import type { EventView, FieldTable } from '../match/view.ts';
import type { Expression } from '../rule/expression.ts';
import type { LogSource } from '../rule/rule.ts';
import { arrange } from './arrange.ts';
import { Automaton, searchKey } from './automaton.ts';
import { EdgeIndex } from './edges.ts';
import { countCharacters, narrowest } from './window.ts';

export interface Indexed {
  readonly logsource: LogSource;
  readonly condition: Expression;
}

/** Log sources whose rules are remembered. */
const MAX_SOURCES = 256;
/** Values of one field whose groups are remembered, and their longest length: images and users come again and again. */
const MAX_REMEMBERED = 512;
const MAX_REMEMBERED_LENGTH = 256;

interface Routed {
  /** By rule: 1 where its log source is this one. */
  readonly eligible: Uint8Array;
  /** Rules without necessary literals. */
  readonly always: readonly number[];
  /** Fields in which there is something to find for these rules. */
  readonly slots: readonly number[];
}

export class CandidateIndex {
  readonly #rules: readonly Indexed[];
  readonly #automaton: Automaton;
  readonly #edges = new EdgeIndex();
  /** literal → field and group in turn. */
  readonly #sightings: readonly Uint32Array[];
  readonly #slotsOfGroup: readonly (readonly number[])[];
  /** group → rules that wait for it. */
  readonly #waiting: readonly Uint32Array[];
  /** Groups that a rule waits for. */
  readonly #needs: Uint8Array;
  readonly #routes = new Map<string, Routed>();
  readonly #remembered = new Map<number, Map<string, readonly number[]>>();
  // Per event, told apart by a stamp so that nothing has to be emptied.
  #stamp = 0;
  readonly #groupStamp: Uint32Array;
  readonly #ruleStamp: Uint32Array;
  readonly #met: Uint8Array;
  #found: number[] = [];
  #eligible: Uint8Array = new Uint8Array();
  #slot = 0;
  #groups: number[] = [];

  constructor(rules: readonly Indexed[], fields: FieldTable) {
    this.#rules = rules;
    const { groups, waiting, needs } = arrange(rules.map(({ condition }) => condition));
    const counts = countCharacters(groups.flatMap((group) => group.map(({ text }) => text)));
    const literals = new Map<string, { text: string; sightings: number[] }>();
    this.#slotsOfGroup = groups.map((members, group) => {
      for (const { field, text, anchor } of members) {
        const slot = fields.slot(field);
        const part = narrowest(text, anchor, counts);
        if (anchor === 'any') {
          const key = searchKey(part);
          const known = literals.get(key) ?? { text: part, sightings: [] };
          literals.set(key, known);
          known.sightings.push(slot, group);
        } else this.#edges.add(slot, part, anchor, group);
      }
      return [...new Set(members.map(({ field }) => fields.slot(field)))];
    });
    this.#automaton = new Automaton([...literals.values()].map(({ text }) => text));
    this.#sightings = [...literals.values()].map(({ sightings }) => Uint32Array.from(sightings));
    this.#waiting = waiting.map((list) => Uint32Array.from(list));
    this.#needs = Uint8Array.from(needs);
    this.#groupStamp = new Uint32Array(groups.length);
    this.#ruleStamp = new Uint32Array(rules.length);
    this.#met = new Uint8Array(rules.length);
  }

  /** Size of the automaton, bytes. */
  get bytes(): number {
    return this.#automaton.bytes;
  }

  /** Rules by index, ascending. */
  candidates(view: EventView, source: EventSource | undefined): readonly number[] {
    const { eligible, always, slots } = this.#route(source);
    this.#nextStamp();
    this.#eligible = eligible;
    this.#found = [...always];
    for (const slot of slots) {
      const texts = view.dashed(slot);
      if (typeof texts === 'string') this.#search(texts, slot);
      else if (texts !== undefined) for (const text of texts) this.#search(text, slot);
    }
    return this.#found.sort((a, b) => a - b);
  }

  #nextStamp(): void {
    this.#stamp += 1;
    if (this.#stamp <= 0xffff_ffff) return;
    this.#stamp = 1;
    this.#groupStamp.fill(0);
    this.#ruleStamp.fill(0);
  }

  #search(text: string, slot: number): void {
    const remembered = text.length <= MAX_REMEMBERED_LENGTH ? this.#memory(slot) : undefined;
    const groups = remembered?.get(text) ?? this.#scan(text, slot);
    remembered?.set(text, groups);
    for (const group of groups) {
      if (this.#groupStamp[group] === this.#stamp) continue;
      this.#groupStamp[group] = this.#stamp;
      this.#meet(group);
    }
  }

  #memory(slot: number): Map<string, readonly number[]> {
    let memory = this.#remembered.get(slot);
    if (!memory) this.#remembered.set(slot, (memory = new Map()));
    else if (memory.size >= MAX_REMEMBERED) memory.clear();
    return memory;
  }

  #scan(text: string, slot: number): readonly number[] {
    this.#slot = slot;
    this.#groups = [];
    this.#edges.collect(slot, text, this.#groups);
    this.#automaton.scan(text, this.#sighted);
    return this.#groups;
  }

  readonly #sighted = (literal: number): void => {
    const places = this.#sightings[literal];
    if (!places) return;
    for (let i = 0; i < places.length; i += 2)
      if (places[i] === this.#slot) this.#groups.push(places[i + 1] ?? 0);
  };

  #meet(group: number): void {
    const waiting = this.#waiting[group];
    if (!waiting) return;
    for (const rule of waiting) {
      if (this.#eligible[rule] === 0) continue;
      const met = this.#ruleStamp[rule] === this.#stamp ? (this.#met[rule] ?? 0) + 1 : 1;
      this.#ruleStamp[rule] = this.#stamp;
      this.#met[rule] = met;
      if (met === this.#needs[rule]) this.#found.push(rule);
    }
  }

  #route(source: EventSource | undefined): Routed {
    const key = source ? `${source.product}\n${String(source.category)}\n${source.service}` : '';
    const known = this.#routes.get(key);
    if (known) return known;
    if (this.#routes.size >= MAX_SOURCES) this.#routes.clear();
    const eligible = Uint8Array.from(this.#rules, ({ logsource }) => (accepts(logsource, source) ? 1 : 0));
    const always: number[] = [];
    for (const [rule, needs] of this.#needs.entries())
      if (needs === 0 && eligible[rule] === 1) always.push(rule);
    const slots = new Set<number>();
    for (const [group, waiting] of this.#waiting.entries())
      if (waiting.some((rule) => eligible[rule] === 1))
        for (const slot of this.#slotsOfGroup[group] ?? []) slots.add(slot);
    const routed = { eligible, always, slots: [...slots] };
    this.#routes.set(key, routed);
    return routed;
  }
}

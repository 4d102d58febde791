// Which rules an event could match: those of its log source of whose necessary groups each has a literal in the event.
// Only ever narrows: a rule without necessary literals is always a candidate.
import type { EventSource } from '../event.ts';
import { accepts } from '../match/logsource.ts';
import type { EventView, FieldTable } from '../match/view.ts';
import type { Expression } from '../rule/expression.ts';
import type { LogSource } from '../rule/rule.ts';
import { fold, unifyDashes } from '../text/fold.ts';
import { arrange } from './arrange.ts';
import { Automaton, searchKey } from './automaton.ts';
import { EdgeIndex } from './edges.ts';
import { Memory } from './memory.ts';
import { countCharacters, narrowest } from './window.ts';

export interface Indexed {
  readonly logsource: LogSource;
  readonly condition: Expression;
}

/** Log sources whose rules are remembered. */
const MAX_SOURCES = 256;
/** The index as one log source sees it. */
interface Routed {
  /** Rules without necessary literals. */
  readonly always: readonly number[];
  /** Fields in which there is something to find for these rules. */
  readonly slots: readonly number[];
  /** group → rules that wait for it alone, and for others too. */
  readonly alone: readonly (readonly number[])[];
  readonly together: readonly (readonly number[])[];
}

const nobody: readonly number[] = [];

/** Empty lists are one. */
function orNobody(list: readonly number[]): readonly number[] {
  return list.length === 0 ? nobody : list;
}

function ascending(a: number, b: number): number {
  return a - b;
}

export class CandidateIndex {
  readonly #rules: readonly Indexed[];
  readonly #automaton: Automaton;
  readonly #edges = new EdgeIndex();
  /** literal → field and group in turn. */
  readonly #sightings: readonly Uint32Array[];
  readonly #slotsOfGroup: readonly (readonly number[])[];
  /** group → rules that wait for it. */
  readonly #waiting: readonly (readonly number[])[];
  /** Groups that a rule waits for. */
  readonly #needs: Uint8Array;
  readonly #routes = new Map<string, Routed>();
  readonly #memories: (Memory | undefined)[] = [];
  // Per event, told apart by a stamp so that nothing has to be emptied.
  #stamp = 0;
  readonly #groupStamp: Uint32Array;
  readonly #ruleStamp: Uint32Array;
  readonly #met: Uint8Array;
  #found: number[] = [];
  #alone: Routed['alone'] = [];
  #together: Routed['together'] = [];
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
    this.#waiting = waiting;
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
    const { always, slots, alone, together } = this.#route(source);
    this.#nextStamp();
    this.#alone = alone;
    this.#together = together;
    this.#found = always.slice();
    for (const slot of slots) {
      const texts = view.text(slot);
      if (typeof texts === 'string') this.#search(texts, slot);
      else if (texts !== undefined) for (const text of texts) this.#search(text, slot);
    }
    return this.#found.length > 1 ? this.#found.sort(ascending) : this.#found;
  }

  #nextStamp(): void {
    this.#stamp += 1;
    if (this.#stamp <= 0xffff_ffff) return;
    this.#stamp = 1;
    this.#groupStamp.fill(0);
    this.#ruleStamp.fill(0);
  }

  #search(text: string, slot: number): void {
    const memory = (this.#memories[slot] ??= new Memory());
    let groups = memory.recall(text);
    if (!groups) {
      groups = this.#scan(unifyDashes(fold(text)), slot);
      memory.remember(text, groups);
    }
    for (const group of groups) {
      if (this.#groupStamp[group] === this.#stamp) continue;
      this.#groupStamp[group] = this.#stamp;
      this.#meet(group);
    }
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
    for (const rule of this.#alone[group] ?? nobody) this.#found.push(rule);
    for (const rule of this.#together[group] ?? nobody) {
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
    const eligible = this.#rules.map(({ logsource }) => accepts(logsource, source));
    const always = [...this.#needs.keys()].filter((rule) => this.#needs[rule] === 0 && eligible[rule]);
    const mine = this.#waiting.map((list) => list.filter((rule) => eligible[rule]));
    const slots = new Set(
      mine.flatMap((list, group) => (list.length > 0 ? (this.#slotsOfGroup[group] ?? []) : [])),
    );
    const routed: Routed = {
      always,
      slots: [...slots],
      alone: mine.map((list) => orNobody(list.filter((rule) => this.#needs[rule] === 1))),
      together: mine.map((list) => orNobody(list.filter((rule) => this.#needs[rule] !== 1))),
    };
    this.#routes.set(key, routed);
    return routed;
  }
}

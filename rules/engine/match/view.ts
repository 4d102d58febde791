// An event as the compiled tests see it: fields by number, each folded at most once an event.
import type { EngineEvent, FieldValue } from '../event.ts';
import { fold, unifyDashes } from '../text/fold.ts';

/** Names of fields ↔ small numbers, shared by all rules of an engine. */
export class FieldTable {
  readonly #slots = new Map<string, number>();
  readonly names: string[] = [];

  slot(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const slot = this.names.length;
    this.#slots.set(name, slot);
    this.names.push(name);
    return slot;
  }
}

/** Text of a value; several where the field holds a list. */
export type Texts = string | readonly string[] | undefined;

/** Most elements of a list, and characters of a value, that are looked at. */
const MAX_ELEMENTS = 1024;
const MAX_VALUE = 64 * 1024;

type Form = 'raw' | 'text' | 'folded' | 'dashed';

export class EventView {
  readonly #fields: FieldTable;
  #event: EngineEvent | undefined;
  readonly #raw: (FieldValue | undefined)[] = [];
  readonly #text: Texts[] = [];
  readonly #folded: Texts[] = [];
  readonly #dashed: Texts[] = [];
  #everything: Partial<Record<Form, Texts>> = {};
  #joined: string | undefined;
  /** Which event filled a place: saves emptying the arrays for each event. */
  readonly #stamps: Record<Form, number[]> = { raw: [], text: [], folded: [], dashed: [] };
  #stamp = 0;

  constructor(fields: FieldTable) {
    this.#fields = fields;
  }

  load(event: EngineEvent): void {
    this.#event = event;
    this.#stamp += 1;
    this.#everything = {};
    this.#joined = undefined;
  }

  raw(slot: number): FieldValue | undefined {
    if (this.#stamps.raw[slot] === this.#stamp) return this.#raw[slot];
    const name = this.#fields.names[slot];
    const value = name === undefined ? undefined : this.#event?.field(name);
    this.#raw[slot] = value;
    this.#stamps.raw[slot] = this.#stamp;
    return value;
  }

  /** As the event has it. */
  text(slot: number): Texts {
    if (this.#stamps.text[slot] === this.#stamp) return this.#text[slot];
    const texts = textsOf(this.raw(slot));
    this.#text[slot] = texts;
    this.#stamps.text[slot] = this.#stamp;
    return texts;
  }

  /** Case-folded. */
  folded(slot: number): Texts {
    if (this.#stamps.folded[slot] === this.#stamp) return this.#folded[slot];
    const texts = mapTexts(this.text(slot), fold);
    this.#folded[slot] = texts;
    this.#stamps.folded[slot] = this.#stamp;
    return texts;
  }

  /** Case-folded, with the five dashes made one. */
  dashed(slot: number): Texts {
    if (this.#stamps.dashed[slot] === this.#stamp) return this.#dashed[slot];
    const texts = mapTexts(this.folded(slot), unifyDashes);
    this.#dashed[slot] = texts;
    this.#stamps.dashed[slot] = this.#stamp;
    return texts;
  }

  /** All values of the event in one form, for keywords. */
  everything(form: Exclude<Form, 'raw'>): Texts {
    this.#everything[form] ??= this.#readEverything(form);
    return this.#everything[form];
  }

  /** All values folded, each followed by a NUL: searched for text that has none. */
  joined(): string {
    if (this.#joined !== undefined) return this.#joined;
    let all = '';
    for (const value of this.#event?.values() ?? []) all += `${joinTexts(value)}\0`;
    this.#joined = fold(all);
    return this.#joined;
  }

  #readEverything(form: Exclude<Form, 'raw'>): Texts {
    if (form === 'text') return textsOf([...(this.#event?.values() ?? [])]);
    return form === 'folded'
      ? mapTexts(this.everything('text'), fold)
      : mapTexts(this.everything('folded'), unifyDashes);
  }
}

function joinTexts(value: FieldValue): string {
  if (typeof value === 'string') return value.length > MAX_VALUE ? value.slice(0, MAX_VALUE) : value;
  const texts = textsOf(value);
  return typeof texts === 'object' ? texts.join('\0') : (texts ?? '');
}

function mapTexts(texts: Texts, change: (text: string) => string): Texts {
  if (texts === undefined) return undefined;
  return typeof texts === 'string' ? change(texts) : texts.map(change);
}

function textsOf(value: FieldValue | undefined): Texts {
  if (typeof value === 'string') return value.length > MAX_VALUE ? value.slice(0, MAX_VALUE) : value;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return String(value);
  const texts: string[] = [];
  for (const element of value.slice(0, MAX_ELEMENTS)) {
    const inner = textsOf(element);
    if (typeof inner === 'string') texts.push(inner);
    else if (inner !== undefined) texts.push(...inner);
    if (texts.length >= MAX_ELEMENTS) break;
  }
  return texts;
}

// Windows event records in the shape that evtx dumpers write as JSON: Event.System and Event.EventData.
import type { EngineEvent, EventSource, FieldValue } from '../engine/event.ts';
import { aliasesOf, categoriesOf, serviceOf } from './channels.ts';
import { parseTime } from './flat.ts';
import { leaf } from './path.ts';

type Fields = Readonly<Record<string, unknown>>;

export class WindowsEvent implements EngineEvent {
  readonly time: number;
  readonly source: EventSource;
  readonly #fields: ReadonlyMap<string, FieldValue>;

  /** `fields` by the names of the record; Sigma's generic names are added. */
  constructor(record: Fields, time: number) {
    const fields = new Map<string, FieldValue>();
    for (const [name, value] of Object.entries(record)) fields.set(name, leaf(value) ?? null);
    const channel = textOf(record.Channel).toLowerCase();
    const id = Number(record.EventID);
    const category = categoriesOf(channel, id);
    const service = serviceOf(channel);
    this.time = time;
    this.source = {
      product: 'windows',
      ...(category ? { category: narrowed(category, record) } : {}),
      ...(service === undefined ? {} : { service }),
    };
    for (const [generic, own] of Object.entries(aliasesOf(channel, id))) {
      const value = leaf(record[own]);
      if (value !== undefined) fields.set(generic, value);
    }
    this.#fields = fields;
  }

  field(name: string): FieldValue | undefined {
    return this.#fields.get(name);
  }

  values(): Iterable<FieldValue> {
    return this.#fields.values();
  }
}

/** Sysmon 12 is either the creation or the deletion of a key. */
function narrowed(category: readonly string[], fields: Fields): readonly string[] {
  if (!category.includes('registry_add')) return category;
  const deleted = /delete/i.test(textOf(fields.EventType));
  return category.filter((name) => name !== (deleted ? 'registry_add' : 'registry_delete'));
}

/** Undefined where the object is no event record. */
export function windowsEvent(record: unknown): WindowsEvent | undefined {
  const event = member(record, 'Event') ?? record;
  const system = member(event, 'System');
  if (!isObject(system)) return undefined;
  // A record may name a field __proto__.
  const fields = Object.create(null) as Record<string, unknown>;
  flattenSystem(system, fields);
  for (const name of ['EventData', 'UserData']) flattenData(member(event, name), fields, 0);
  const created = member(member(system.TimeCreated, '#attributes'), 'SystemTime');
  return new WindowsEvent(fields, parseTime(created) ?? parseTime(fields.UtcTime) ?? 0);
}

/** Attributes are named by tag and attribute: `Provider_Name`, `Execution_ProcessID`. */
function flattenSystem(system: Fields, fields: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(system)) {
    const attributes = member(value, '#attributes');
    if (isObject(attributes))
      for (const [attribute, text] of Object.entries(attributes)) fields[`${name}_${attribute}`] = text;
    const text = isObject(value) ? value['#text'] : value;
    if (text !== undefined && text !== null) fields[name] = text;
  }
}

function flattenData(data: unknown, fields: Record<string, unknown>, depth: number): void {
  if (!isObject(data) || depth > 4) return;
  for (const [name, value] of Object.entries(data)) {
    if (name === '#attributes') continue;
    if (name === 'Data' && Array.isArray(value)) for (const item of value) flattenNamed(item, fields);
    else if (isObject(value) && !('#text' in value)) flattenData(value, fields, depth + 1);
    else fields[name] = isObject(value) ? value['#text'] : value;
  }
}

/** `<Data Name="User">…</Data>` as { #attributes: { Name }, #text }; without a name it is one of a list. */
function flattenNamed(item: unknown, fields: Record<string, unknown>): void {
  const name = member(member(item, '#attributes'), 'Name');
  const text = isObject(item) ? item['#text'] : item;
  if (typeof name === 'string') fields[name] = text ?? null;
  else if (typeof text === 'string')
    fields.Data = [...(Array.isArray(fields.Data) ? fields.Data : []), text].slice(0, 64);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Events that are JSON objects with Sigma's field names, flat or nested: `a.b` is the key `a.b`, else b inside a.
import type { EngineEvent, EventSource, FieldValue } from '../engine/event.ts';
import { compilePath, leaf } from './path.ts';

export class JsonEvent implements EngineEvent {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly time: number;
  readonly source: EventSource | undefined;

  constructor(fields: Readonly<Record<string, unknown>>, time: number, source: EventSource | undefined) {
    this.fields = fields;
    this.time = time;
    this.source = source;
  }

  field(name: string): FieldValue | undefined {
    if (Object.hasOwn(this.fields, name)) return leaf(this.fields[name]);
    return name.includes('.') ? compilePath(name)(this.fields) : undefined;
  }

  values(): Iterable<FieldValue> {
    const all = leaf(this.fields);
    return Array.isArray(all) ? all : [];
  }
}

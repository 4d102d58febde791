// What the engine asks of an event. Any source can be matched: an adapter answers by field name.

export type FieldValue = string | number | boolean | null | readonly FieldValue[];

/** Where an event comes from. A part that is `*` satisfies every rule; an absent one only a rule that does not ask. */
export interface EventSource {
  readonly product?: string;
  readonly category?: string | readonly string[];
  readonly service?: string;
}

export interface EngineEvent {
  /** Milliseconds since 1970, from the event. */
  readonly time: number;
  /** Undefined: the log source restricts nothing. */
  readonly source: EventSource | undefined;
  /** Undefined where the event has no such field; null where it has one without a value. */
  field(name: string): FieldValue | undefined;
  /** Every value, for keywords. */
  values(): Iterable<FieldValue>;
}

// What a detection means, before it is compiled: a tree of tests on fields.
import type { Pattern } from '../text/pattern.ts';

export type Comparison = 'lt' | 'lte' | 'gt' | 'gte';
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
export type Anchor = 'equals' | 'startswith' | 'endswith' | 'contains';

export interface TextValue {
  readonly kind: 'text';
  readonly pattern: Pattern;
  /** As written, before wildcards and escapes were read; gone once a modifier has changed the value. */
  readonly written: string | undefined;
  readonly cased: boolean;
  /** Whether `-`, `/` and the long dashes are one character. */
  readonly dashes: boolean;
  /** Each character is one byte (after an UTF-16 modifier), to be encoded as such. */
  readonly bytes: boolean;
}

export type Test =
  | TextValue
  | { readonly kind: 'number'; readonly value: number; readonly source: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'exists'; readonly expected: boolean }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string }
  | { readonly kind: 'cidr'; readonly network: string }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly value: number;
      readonly part?: TimePart;
    }
  | { readonly kind: 'time'; readonly part: TimePart; readonly value: number }
  | { readonly kind: 'reference'; readonly field: string; readonly anchor: Anchor; readonly cased: boolean };

/** One test on one field; without a field a keyword, searched for in every value of the event. */
export interface FieldTest {
  readonly kind: 'test';
  readonly field: string | undefined;
  readonly test: Test;
  readonly offset: number;
}

export interface Selection {
  readonly kind: 'selection';
  readonly name: string;
  readonly of: Expression;
}

export type Expression =
  | FieldTest
  | Selection
  | { readonly kind: 'all'; readonly of: readonly Expression[] }
  | { readonly kind: 'any'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression };

/** Several become one `all` or `any`; one stays itself. */
export function join(kind: 'all' | 'any', of: readonly Expression[]): Expression {
  const [only] = of;
  return only && of.length === 1 ? only : { kind, of };
}

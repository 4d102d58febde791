// What a value modifier is: it turns one value into another, or into several of which any may match.
import { type ProblemCode, RuleFault } from '../problem.ts';
import type { Test, TextValue } from '../rule/expression.ts';

/** Values of placeholders by name, as Sigma strings: a value may hold wildcards. */
export type Placeholders = ReadonlyMap<string, readonly string[]>;

export interface ModifierContext {
  readonly name: string;
  readonly field: string | undefined;
  /** How many modifiers were applied before this one. */
  readonly before: number;
  readonly placeholders: Placeholders;
  readonly offset: number;
}

export type Modifier = (value: Test, context: ModifierContext) => Test | readonly Test[];

export function fault(
  context: ModifierContext,
  message: string,
  hint?: string,
  code?: ProblemCode,
): RuleFault {
  const where = context.field === undefined ? 'the keywords' : `field ${context.field}`;
  return new RuleFault(
    code ?? 'E_MODIFIER_VALUE',
    context.offset,
    `${context.name} on ${where}: ${message}`,
    hint,
  );
}

/** The value as text, or a fault that says what was found instead. */
export function textOf(value: Test, context: ModifierContext): TextValue {
  if (value.kind === 'text') return value;
  throw fault(
    context,
    `needs text, found ${nameOf(value)}`,
    `put the value in quotes, or leave |${context.name} out`,
  );
}

export function numberOf(value: Test, context: ModifierContext): number {
  if (value.kind === 'number') return value.value;
  throw fault(context, `needs a number, found ${nameOf(value)}`, 'write the number without quotes');
}

export function nameOf(value: Test): string {
  if (value.kind === 'text') return `text ${JSON.stringify(value.written ?? '…')}`;
  if (value.kind === 'number' || value.kind === 'boolean') return `the ${value.kind} ${String(value.value)}`;
  return value.kind === 'null' ? 'null' : `a value that is already of type ${value.kind}`;
}

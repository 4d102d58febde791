// Every value modifier of Sigma 2.1 by name; `all` and `neq` concern the whole item and are applied by its reader.
import { encodingModifiers } from './encoding.ts';
import type { Modifier } from './modifier.ts';
import { expand } from './placeholder.ts';
import { textModifiers } from './text.ts';
import { typedModifiers } from './typed.ts';

export const modifiers: ReadonlyMap<string, Modifier> = new Map(
  Object.entries({ ...textModifiers, ...encodingModifiers, ...typedModifiers, expand }),
);

export const modifierNames: readonly string[] = [...modifiers.keys(), 'all', 'neq'].toSorted();

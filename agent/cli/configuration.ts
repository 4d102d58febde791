// The configuration file of a command, or why it cannot be used.
import type * as v from 'valibot';
import { formatProblem, parseConfig, readConfig } from '../../platform/config.ts';
import { CommandFailure } from './failure.ts';

/** Reads `file` against `schema`; without a file everything is at its default. Throws a CommandFailure with every problem. */
export function loadConfiguration<S extends v.GenericSchema>(
  file: string | undefined,
  schema: S,
): v.InferOutput<S> {
  const read = file === undefined ? parseConfig('', 'defaults', schema) : readConfig(file, schema);
  if (read.ok) return read.value;
  throw new CommandFailure(read.problems.map(formatProblem).join('\n'));
}

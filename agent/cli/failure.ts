// How a command fails: one line on stderr, a non-zero exit code, and the causes where `--verbose` asks for them.
import { printable } from './terminal.ts';

/** An error that a person can act on. `exitCode` is 1 unless the command's contract names another. */
export class CommandFailure extends Error {
  readonly exitCode: number;
  constructor(message: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = 'CommandFailure';
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Prints the error and returns the exit code. */
export function report(error: unknown, verbose: boolean): number {
  console.error(`lifeguard: ${printable(oneLine(messageOf(error)))}`);
  if (verbose) for (const line of causes(error)) console.error(line);
  return error instanceof CommandFailure ? error.exitCode : 1;
}

function causes(error: unknown): string[] {
  const lines: string[] = [];
  // Eight are more than anybody reads, and a chain may be a circle.
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 8;
    current = current.cause, depth++
  ) {
    if (depth > 0) lines.push(`caused by: ${printable(oneLine(messageOf(current)))}`);
    lines.push(
      ...(current.stack ?? '')
        .split('\n')
        .filter((line) => line.startsWith('    at '))
        .map(printable),
    );
  }
  return lines;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, '; ');
}

// Every command of `lifeguard`, in the order of its help. A command's module is loaded only when it is the one that was asked for.
import type { Command } from 'commander';

export interface CommandEntry {
  readonly name: string;
  /** The same words as the command's own description (a test compares them). */
  readonly summary: string;
  /** Adds the command, with its subcommands and options, to the program. */
  load(): Promise<(program: Command) => void>;
}

export const commands: readonly CommandEntry[] = [];

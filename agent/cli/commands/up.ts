import { type Command, InvalidArgumentError } from 'commander';
import type { UpOptions } from '../up/index.ts';

export function registerUp(program: Command): void {
  program
    .command('up')
    .description('Run the central collector and the agent together on this machine')
    .option('--port <number>', 'where agents connect, on loopback', port, 7600)
    .option('--console-port <number>', 'where the console opens, on loopback', port, 7601)
    .addHelpText(
      'after',
      '\nEnds with Ctrl-C. Where one runs already, says so with a fresh sign-in link, and exits 0.',
    )
    .action(async (options: UpOptions) => (await import('../up/index.ts')).up(options));
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65535)
    throw new InvalidArgumentError('It must be between 0 and 65535.');
  return number;
}

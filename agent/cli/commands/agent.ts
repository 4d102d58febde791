// `lifeguard agent`: becomes the daemon. The same process goes on under another program, so no memory is spent on a parent.
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { agentFlags, agentVariables } from '../../../platform/runtime.ts';
import { agentConfig } from '../../../schema/config.ts';
import { loadConfiguration } from '../configuration.ts';
import { CommandFailure } from '../failure.ts';

export function registerAgent(program: Command): void {
  program
    .command('agent')
    .description('Run the agent in the foreground')
    .action((options: { readonly config?: string; readonly verbose?: boolean }) => {
      // Here already, so that what is wrong with the file is said as every command says it.
      loadConfiguration(options.config, agentConfig);
      become(fileURLToPath(new URL('../../daemon/main.ts', import.meta.url)), [
        ...(options.config === undefined ? [] : ['--config', options.config]),
        ...(options.verbose ? ['--verbose'] : []),
      ]);
    });
}

function become(script: string, args: readonly string[]): never {
  if (process.execve === undefined)
    throw new CommandFailure('this system cannot run the agent in the foreground');
  return process.execve(
    process.execPath,
    [process.execPath, ...agentFlags, ...process.execArgv, script, ...args],
    { ...agentVariables, ...process.env },
  );
}

// `lifeguard central`: the place where agents report, in the foreground; and what its administrator asks of a running one.
import type { Command } from 'commander';
import * as v from 'valibot';
import { stateDirectory } from '../../../platform/state-directory.ts';
import { centralConfig } from '../../../schema/config.ts';
import { runCentral, type Ready } from '../central/child.ts';
import { askCentral } from '../central/control.ts';
import { loadConfiguration } from '../configuration.ts';
import { CommandFailure } from '../failure.ts';
import { colour } from '../terminal.ts';

interface Options {
  readonly config?: string;
  readonly verbose?: boolean;
}

const token = v.object({ token: v.string() });
const link = v.object({ link: v.string() });
const revoked = v.object({ revoked: v.boolean() });

export function registerCentral(program: Command): void {
  const central = program
    .command('central')
    .description('Run the central collector in the foreground')
    // Options of a command with subcommands of its own.
    .option('--config <file>', 'configuration file (or LIFEGUARD_CONFIG)')
    .option('--verbose', 'say more: logs, and the causes of an error')
    .action(async (options: Options) => {
      const config = loadConfiguration(options.config, centralConfig);
      const stateDir = stateDirectory({ configured: config.stateDir });
      await runCentral({ ...config, stateDir }, options.verbose ?? false, (ready) =>
        console.log(welcome(ready).join('\n')),
      );
    });
  central
    .command('token')
    .description('Print a one-time enrolment token of the running central collector')
    .action(async (options: Options, command: Command) => {
      console.log((await askCentral(stateDirOf(options, command), '/token', {}, token)).token);
      hint('One agent can use it once, within the hour: lifeguard enroll --token-file FILE');
    });
  central
    .command('link')
    .description('Print a fresh sign-in link of the running central collector')
    .action(async (options: Options, command: Command) => {
      console.log((await askCentral(stateDirOf(options, command), '/link', {}, link)).link);
      hint('It works once, within ten minutes.');
    });
  central
    .command('revoke <device>')
    .description("End a device's right to report; its id is in the console")
    .action(async (device: string, options: Options, command: Command) => {
      const answer = await askCentral(stateDirOf(options, command), '/revoke', { device }, revoked);
      if (!answer.revoked) throw new CommandFailure(`no device ${device} was enrolled here`);
      console.log(`${device} may no longer report. Its alerts are kept.`);
    });
}

/** `--config` counts before and after the subcommand. */
function stateDirOf(options: Options, command: Command): string {
  const file = options.config ?? command.parent?.opts<Options>().config;
  return stateDirectory({ configured: loadConfiguration(file, centralConfig).stateDir, client: true });
}

function welcome({ agentUrl, consoleUrl, signInLink }: Ready): string[] {
  const item = (label: string, text: string) => `  ${colour('dim', label.padEnd(8))}  ${text}`;
  return [
    colour('bold', 'The central collector is running.'),
    item('Console', consoleUrl),
    item('Sign in', `${signInLink}  (works once)`),
    item('Agents', agentUrl),
    item(
      'Enrol',
      '`lifeguard central token`, in another terminal, prints what `lifeguard enroll` reads on a laptop',
    ),
    'Ctrl-C ends it.',
  ];
}

/** For a person; stdout stays what was asked for. */
function hint(text: string): void {
  if (process.stderr.isTTY) console.error(text);
}

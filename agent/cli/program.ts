// Puts the program together for one command line: the command that was asked for with all its options, the others by name only.
import { Command, CommanderError } from 'commander';
import { nearest } from '../../platform/nearest.ts';
import { CommandFailure } from './failure.ts';
import type { CommandEntry } from './commands/index.ts';

const examples = `
Examples:
  lifeguard up                                   start everything on this machine
  lifeguard simulate lifecycle-ssh-key           try it with a harmless attack
  lifeguard alerts --follow                      watch what is found
  lifeguard status                               what is running, and what it can see

\`lifeguard COMMAND --help\` has the options of a command.`;

const usage = 2;

/** Runs the command line. Rejects with what went wrong; a wrong command line is a CommandFailure with exit code 2. */
export async function runProgram(
  commands: readonly CommandEntry[],
  argv: readonly string[],
  version: string,
): Promise<void> {
  const program = new Command('lifeguard');
  program
    .description('Names the npm package that reached for your SSH keys, wallets and tokens')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', examples);
  addCommonOptions(program);
  program.hook('preAction', (_, command) => takeCommonOptions(command));
  const words = helpAsOption(argv);
  const asked = commandAsked(words);
  if (asked !== undefined && !commands.some(({ name }) => name === asked))
    throw unknownCommand(asked, commands);
  for (const entry of commands) {
    if (entry.name === asked) (await entry.load())(program);
    else program.command(entry.name).description(entry.summary);
  }
  for (const command of program.commands) addBelow(command);
  try {
    if (words.length === 0) program.outputHelp();
    else await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new CommandFailure(complaint(error), { exitCode: usage });
  }
}

/** `help rules check` means `rules check --help`. */
function helpAsOption(argv: readonly string[]): string[] {
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv];
}

/** The first word that is neither an option nor the file of `--config`. */
function commandAsked(argv: readonly string[]): string | undefined {
  return argv.find((word, index) => !word.startsWith('-') && argv[index - 1] !== '--config');
}

function addBelow(command: Command): void {
  addCommonOptions(command);
  for (const below of command.commands) addBelow(below);
}

function addCommonOptions(command: Command): void {
  const has = (flag: string) => command.options.some(({ long }) => long === flag);
  if (!has('--config')) command.option('--config <file>', 'configuration file (or LIFEGUARD_CONFIG)');
  if (!has('--verbose')) command.option('--verbose', 'say more: logs, and the causes of an error');
}

/** A common option counts wherever it stands, the nearest before the command first; the environment comes last. */
function takeCommonOptions(command: Command): void {
  const environment = { config: process.env['LIFEGUARD_CONFIG'] || undefined, verbose: undefined };
  for (const name of ['config', 'verbose'] as const) {
    let value: unknown;
    for (let at: Command | null = command; at && value === undefined; at = at.parent)
      value = at.getOptionValue(name);
    if (value === undefined) value = environment[name];
    if (value !== undefined) command.setOptionValue(name, value);
  }
}

function unknownCommand(asked: string, commands: readonly CommandEntry[]): CommandFailure {
  const meant = nearest(
    asked,
    commands.map(({ name }) => name),
  );
  return new CommandFailure(`unknown command '${asked}'; ${hint(meant)}`, { exitCode: usage });
}

function hint(meant: string | undefined): string {
  return meant === undefined ? 'see lifeguard --help' : `did you mean ${meant}?`;
}

/** `error: unknown option '--jsno'\n(Did you mean --json?)` on one line. */
function complaint(error: CommanderError): string {
  const [first = '', ...rest] = error.message.split('\n');
  const meant = /\(Did you mean (.*)\?\)/.exec(rest.join(' '))?.[1];
  return `${first.replace(/^error: |\.$/g, '')}; ${hint(meant)}`;
}

// `lifeguard login`: an analyst's session with a central collector, kept in the keychain of the operating system.
import type { Command } from 'commander';
import { CommandFailure } from '../failure.ts';
import { sessionFile } from '../login/file.ts';
import type { Keeper } from '../login/keeper.ts';
import { keychain } from '../login/keychain.ts';
import { readLink, redeem, signOut, whoAmI } from '../login/session.ts';

interface Options {
  readonly status?: boolean;
  readonly logout?: boolean;
  readonly file?: string;
}

const MAX_LINK = 2048;

export function registerLogin(program: Command): void {
  program
    .command('login [url]')
    .description("Sign in to a central collector and keep the session in this system's keychain")
    .option('--status', 'say where one is signed in; exits 1 where nowhere')
    .option('--logout', 'end the sessions that are kept here')
    .option('--file <file>', 'keep the session in this file (mode 0600) instead of the keychain')
    .addHelpText(
      'after',
      '\nURL is the link that `lifeguard central link` prints; - reads it from stdin, past the shell’s history.',
    )
    .action(async (url: string | undefined, options: Options) => {
      const keeper = options.file === undefined ? keychain() : sessionFile(options.file);
      if (options.status) await status(keeper);
      else if (options.logout) await logout(keeper);
      else await login(url, keeper);
    });
}

async function login(url: string | undefined, keeper: Keeper): Promise<void> {
  if (url === undefined)
    throw new CommandFailure(
      'name the sign-in link, or - to read it from stdin; `lifeguard central link` prints one',
      {
        exitCode: 2,
      },
    );
  const link = readLink(url === '-' ? await fromStdin() : url);
  // A link works once: it is not spent before there is a place for what it gives.
  await keeper.check();
  const session = await redeem(link);
  try {
    await keeper.save(session);
  } catch (error) {
    await signOut(session).catch(() => {});
    throw error;
  }
  console.log(`Signed in to ${session.origin} until ${session.expires}; the session is in ${keeper.name}.`);
}

async function status(keeper: Keeper): Promise<void> {
  let valid = 0;
  for (const kept of await keeper.all()) {
    const me = await whoAmI(kept);
    if (me) valid++;
    console.log(
      me
        ? `${kept.origin}: signed in until ${me.expires}; ${me.central.connected} agents are connected`
        : `${kept.origin}: the session has ended`,
    );
  }
  if (valid === 0) throw new CommandFailure('not signed in');
}

async function logout(keeper: Keeper): Promise<void> {
  const sessions = await keeper.all();
  if (sessions.length === 0) throw new CommandFailure(`no session is in ${keeper.name}`);
  for (const kept of sessions) {
    const failure = await signOut(kept).then(
      () => undefined,
      (error: Error) => error.message,
    );
    await keeper.remove(kept.origin);
    console.log(
      failure === undefined
        ? `Signed out of ${kept.origin}.`
        : `Forgot the session of ${kept.origin}; ${failure}.`,
    );
  }
}

async function fromStdin(): Promise<string> {
  if (process.stdin.isTTY) console.error('Paste the sign-in link, then press Enter and Ctrl-D:');
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MAX_LINK) throw new CommandFailure('what came on stdin is too long for a link');
  }
  return text;
}

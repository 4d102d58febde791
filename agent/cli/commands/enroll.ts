// `lifeguard enroll`: joins a central collector. The token is read from a file or from stdin; as an argument it would be
// seen by everybody who lists processes.
import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { agentHere } from '../agent-here.ts';
import { CommandFailure } from '../failure.ts';

interface Options {
  readonly config?: string;
  readonly tokenFile: string;
}

const MAX_TOKEN = 8192;

export function registerEnroll(program: Command): void {
  program
    .command('enroll')
    .description('Join a central collector with a one-time token')
    .requiredOption('--token-file <file>', 'file that holds the token; - reads it from stdin')
    .action(async ({ config, tokenFile }: Options) => {
      const token = tokenFile === '-' ? await fromStdin() : await fromFile(tokenFile);
      const { device } = await agentHere(config).enroll(token);
      console.log(`This machine has joined the central collector as ${device}.`);
    });
}

async function fromFile(file: string): Promise<string> {
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > MAX_TOKEN) throw new Error('it is no small regular file');
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new CommandFailure(`the token file ${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function fromStdin(): Promise<string> {
  if (process.stdin.isTTY) console.error('Paste the token, then press Enter and Ctrl-D:');
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MAX_TOKEN) throw new CommandFailure('what came on stdin is too long for a token');
  }
  if (text.trim() === '') throw new CommandFailure('no token came on stdin');
  return text.trim();
}

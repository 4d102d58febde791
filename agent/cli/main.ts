// The `lifeguard` command.
import { readFileSync } from 'node:fs';
import { commands } from './commands/index.ts';
import { report } from './failure.ts';
import { runProgram } from './program.ts';

// `lifeguard alerts | head` closes the pipe early, which is nobody's error.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const argv = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
try {
  await runProgram(commands, argv, manifest.version);
} catch (error) {
  process.exitCode = report(error, argv.includes('--verbose'));
}

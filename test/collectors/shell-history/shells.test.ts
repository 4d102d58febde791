// The shells themselves write; `script` gives them the terminal that zsh and fish need to keep a history.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { watchHome } from './home.ts';
import type { Watched } from './home.ts';

const TYPED = ['echo à la carte', 'echo "two words"', 'false || true'];

const shells = [
  { name: 'bash, written at exit', program: 'bash', command: 'bash --norc --noprofile -i', before: [] },
  {
    name: 'bash, appended after each command, with times',
    program: 'bash',
    command: 'bash --norc --noprofile -i',
    before: ['HISTTIMEFORMAT="%s "', 'shopt -s histappend', 'PROMPT_COMMAND="history -a"'],
  },
  {
    name: 'zsh, extended and appended at once',
    program: 'zsh',
    command: 'zsh -f -i',
    before: [
      'HISTFILE=$HOME/.zsh_history SAVEHIST=100 HISTSIZE=100',
      'setopt extendedhistory incappendhistory',
    ],
  },
  {
    // With -f, which reads no .zshrc, zsh keeps no history at exit.
    name: 'zsh, written at exit to ~/.zhistory',
    program: 'zsh',
    command: 'zsh -d -i',
    before: ['HISTFILE=$HOME/.zhistory SAVEHIST=100 HISTSIZE=100'],
  },
  { name: 'fish', program: 'fish', command: 'fish -i', before: [] },
] as const;

describe('shell-history collector with real shells', () => {
  let watched: Watched | undefined;

  afterEach(async () => {
    await watched?.stop();
    watched = undefined;
  });

  for (const { name, program, command, before } of shells) {
    it(name, async function () {
      for (const tool of [program, 'script']) {
        if (spawnSync(tool, ['--version']).status !== 0) {
          console.warn(`skipped: ${tool} is not installed`);
          this.skip();
        }
      }
      watched = await watchHome(quiet);
      await type(watched.home, command, [...before, ...TYPED, 'exit']);
      const first = await watched.linesUntil(TYPED[2] as string);
      assert.deepEqual(first.filter((line) => TYPED.includes(line)).slice(-3), TYPED);
      // A second session writes after, or writes anew, what the first one wrote.
      await type(watched.home, command, [...before, 'echo second session', 'exit']);
      const second = await watched.linesUntil('echo second session');
      assert.deepEqual(
        second.filter((line) => TYPED.includes(line)),
        [],
      );
      assert.equal(watched.eventOf('echo second session').shell, program);
    });
  }
});

/** Without .zshrc zsh asks questions; without this directory fish makes completions of all manual pages, for a minute. */
function quiet(home: string): void {
  writeFileSync(join(home, '.zshrc'), '');
  mkdirSync(join(home, '.local/share/fish/generated_completions'), { recursive: true });
}

/** Types the lines into a shell on a terminal and waits until it has ended. */
async function type(home: string, command: string, lines: readonly string[]): Promise<void> {
  const env = { PATH: process.env['PATH'], HOME: home, TERM: 'dumb', LANG: 'C.UTF-8', ZDOTDIR: home };
  const shell = spawn('script', ['-qec', command, '/dev/null'], {
    env,
    cwd: home,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.stdin.end(`${lines.join('\n')}\n`);
  await new Promise((resolve) => shell.on('close', resolve));
}

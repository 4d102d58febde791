import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Command } from 'commander';
import { commands } from '../../../agent/cli/commands/index.ts';

const main = join(import.meta.dirname, '..', '..', '..', 'agent', 'cli', 'main.ts');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function lifeguard(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

describe('lifeguard: help', () => {
  for (const args of [[], ['--help'], ['-h'], ['help']])
    it(`lists every command and examples: lifeguard ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await lifeguard(args);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      for (const { name } of commands) assert.match(stdout, new RegExp(`^  ${name}\\b`, 'm'));
      assert.match(stdout, /Examples:/);
    });

  for (const entry of commands) {
    it(`says of ${entry.name} what the command says of itself, and has the common options`, async () => {
      const program = new Command();
      (await entry.load())(program);
      const command = program.commands.find((one) => one.name() === entry.name);
      assert.equal(command?.description(), entry.summary);
      const below = command.commands.map((one) => [one.name()]);
      for (const words of below.length > 0 ? below : [[]]) {
        const { code, stdout } = await lifeguard([entry.name, ...words, '--help']);
        assert.equal(code, 0);
        assert.match(stdout, /--config <file>[^]*--verbose/);
      }
    });
  }

  it('has the version of package.json', async () => {
    assert.match((await lifeguard(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });
});

describe('lifeguard: a wrong command line is one line on stderr and exit 2', () => {
  // words → line
  const cases: readonly (readonly [args: readonly string[], line: RegExp])[] = [
    [['upp'], /^lifeguard: unknown command 'upp'; did you mean up\?\n$/],
    [['upp', '--help'], /^lifeguard: unknown command 'upp'; did you mean up\?\n$/],
    [['help', 'upp'], /^lifeguard: unknown command 'upp'; did you mean up\?\n$/],
    [['xyzzy'], /^lifeguard: unknown command 'xyzzy'; see lifeguard --help\n$/],
    [['--verbos'], /^lifeguard: unknown option '--verbos'; did you mean --verbose\?\n$/],
    [['up', '--cnfig', 'x'], /^lifeguard: unknown option '--cnfig'; did you mean --config\?\n$/],
    [['up', 'now'], /^lifeguard: too many arguments for 'up'\. .*\n$/],
    [['up', '--config'], /^lifeguard: option '--config <file>' argument missing; see lifeguard --help\n$/],
    [['\u001b[31mred'], /^lifeguard: unknown command '\\u\{1b\}\[31mred'; see lifeguard --help\n$/],
  ];
  for (const [args, line] of cases)
    it(JSON.stringify(args.join(' ')), async () => {
      const { code, stdout, stderr } = await lifeguard(args);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, line);
    });
});

describe('lifeguard: streams', () => {
  it('is quiet when the reader of a pipe goes away', async () => {
    const child = spawn('bash', [
      '-c',
      `set -o pipefail; "$0" "$1" --help | true; echo "\${PIPESTATUS[0]}"`,
      process.execPath,
      main,
    ]);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await once(child, 'close');
    assert.deepEqual({ stdout, stderr }, { stdout: '0\n', stderr: '' });
  });
});

// A child of the bench, started as `lifeguard` starts it; spoken to and killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { agentFlags, agentVariables } from '../../platform/runtime.ts';

/** Of bin/runtime.js. */
const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'lifeguard');

export class Program {
  readonly #child: ChildProcess;

  constructor(script: string, args: readonly string[] = []) {
    this.#child = spawn(
      process.execPath,
      [...agentFlags, '--disable-warning=ExperimentalWarning', script, ...args],
      {
        env: { NODE_COMPILE_CACHE: cache, ...agentVariables, ...process.env },
        stdio: ['ignore', 'ignore', process.env['BENCH_VERBOSE'] ? 'inherit' : 'ignore', 'ipc'],
      },
    );
  }

  /** Sends `message` if there is one; resolves with the next message of `type`. Rejects when the program ends before. */
  async expect(type: string, message?: object): Promise<Record<string, unknown>> {
    if (message) this.#child.send(message);
    const ended = once(this.#child, 'exit').then(([code, signal]) => {
      throw new Error(`it ended before it said ${type} (${code ?? signal})`);
    });
    for (;;) {
      const [said] = (await Promise.race([once(this.#child, 'message'), ended])) as [Record<string, unknown>];
      if (said['type'] === type) return said;
      if (said['type'] === 'failed') throw new Error(String(said['message']));
    }
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exit;
  }
}

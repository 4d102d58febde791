// One child process of `lifeguard up`: started again with a growing pause when it dies, ended with its parent.
// It lives in a process group of its own, so that Ctrl-C reaches `up` alone, which then ends its children in order.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pauseBefore, STEADY } from './backoff.ts';
import { readable } from './log-line.ts';

/** How long a child may take to end by itself, ms. */
const GRACE = 6000;

export interface ChildOptions {
  readonly name: string;
  readonly entry: URL;
  /** Options of Node and variables besides ours. */
  readonly flags?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** First message after every start. While it is pending the program loads; when it is rejected nothing is sent. */
  readonly start: object | Promise<object>;
  /** Every message; the sender's schema has not been applied. */
  readonly heard: (message: unknown) => void;
  /** It ended without being asked to. True: start it again. */
  readonly died: (how: string) => boolean;
  /** One line for the person in front of the terminal. */
  readonly say: (line: string) => void;
  readonly verbose: boolean;
}

export interface Child {
  /** Passes a message on when it is running; otherwise the message is lost. */
  send(message: object): void;
  /** Ends it, by force after a while, and does not start it again. */
  stop(): Promise<void>;
  /** Ends it at once. For the way out, when nobody waits. */
  kill(): void;
}

export function keepRunning(options: ChildOptions): Child {
  const { name, entry, say, flags = [], variables } = options;
  let restart: NodeJS.Timeout | undefined;
  let stopping = false;
  let failures = 0;
  let child = launch();

  function launch(): ChildProcess {
    const started = performance.now();
    const argv = [...flags, '--disable-warning=ExperimentalWarning', fileURLToPath(entry)];
    const next = spawn(process.execPath, argv, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true,
      env: { ...variables, ...process.env },
    });
    if (next.stderr) createInterface({ input: next.stderr }).on('line', show);
    next.on('message', (message) => options.heard(message));
    next.once('error', (error) => ended(error.message, started));
    next.once('exit', (code, signal) => ended(signal ?? `exit code ${code}`, started));
    Promise.resolve(options.start).then(
      (message) => next.connected && next.send(message, () => {}), // an error here is followed by the exit
      () => {},
    );
    return next;
  }

  function show(line: string): void {
    const text = readable(name, line, options.verbose);
    if (text !== undefined) say(text);
  }

  function ended(how: string, started: number): void {
    if (stopping || !options.died(how)) return;
    failures = performance.now() - started > STEADY ? 1 : failures + 1;
    const pause = pauseBefore(failures);
    say(`The ${name} ended unexpectedly (${how}); it is started again in ${pause / 1000} s.`);
    restart = setTimeout(() => {
      child = launch();
    }, pause);
  }

  return {
    send(message) {
      if (child.connected) child.send(message, () => {});
    },
    async stop() {
      stopping = true;
      clearTimeout(restart);
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), GRACE);
      await gone;
      clearTimeout(force);
    },
    kill() {
      stopping = true;
      clearTimeout(restart);
      child.kill('SIGKILL');
    },
  };
}

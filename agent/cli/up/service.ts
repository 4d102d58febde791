// A child with which one can talk: its messages are parsed, and a start that fails is an error instead of a restart.
import * as v from 'valibot';
import { CommandFailure } from '../failure.ts';
import { type Child, type ChildOptions, keepRunning } from './child.ts';

/** The longest that a start, or an answer, may take (ms). */
const PATIENCE = 30_000;

const failed = v.object({ type: v.literal('failed'), code: v.string(), message: v.string() });

type Message = { readonly type: string };
type Of<M extends Message, T extends M['type']> = Extract<M, { readonly type: T }>;

/** The child said `failed` before it had started; `code` is its own. */
export class StartFailure extends CommandFailure {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Service<M extends Message> extends Child {
  /** The next message of this type. Rejects when the child says `failed`, dies before it has started, or takes too long. */
  next<T extends M['type']>(type: T): Promise<Of<M, T>>;
  /** From now on a child that dies is started again. */
  started(): void;
}

export interface ServiceOptions extends Omit<ChildOptions, 'heard' | 'died'> {
  /** What a person can do about a failure, by its code. */
  readonly remedies: Readonly<Record<string, string>>;
}

interface Waiting<M> {
  take(message: M): void;
  fail(error: CommandFailure): void;
}

/** `schema` parses what the child says; a message that it does not know is left out. */
export function startService<M extends Message>(
  options: ServiceOptions,
  schema: v.GenericSchema<unknown, M>,
): Service<M> {
  const waiting = new Set<Waiting<M>>();
  let up = false;

  function fail(error: CommandFailure): void {
    for (const one of waiting) one.fail(error);
  }

  function heard(message: unknown): void {
    const failure = v.safeParse(failed, message);
    const known = v.safeParse(schema, message);
    if (failure.success) {
      const { code, message: why } = failure.output;
      const remedy = options.remedies[code];
      const text = remedy === undefined ? why : `${why}; ${remedy}`;
      if (up) options.say(`The ${options.name} failed: ${text}`);
      else fail(new StartFailure(code, text));
    } else if (known.success) for (const one of waiting) one.take(known.output);
  }

  function died(how: string): boolean {
    if (!up) fail(new CommandFailure(`the ${options.name} ended while it was starting (${how})`));
    return up;
  }

  const child = keepRunning({ ...options, heard, died });
  return {
    ...child,
    async stop() {
      fail(new CommandFailure(`the ${options.name} was stopped`));
      await child.stop();
    },
    started() {
      up = true;
    },
    next: (type) =>
      wait(waiting, type, `the ${options.name} has not said "${type}" within ${PATIENCE / 1000} s`),
  };
}

function wait<M extends Message, T extends M['type']>(
  waiting: Set<Waiting<M>>,
  type: T,
  complaint: string,
): Promise<Of<M, T>> {
  const { promise, resolve, reject } = Promise.withResolvers<Of<M, T>>();
  const one: Waiting<M> = {
    take(message) {
      if (message.type === type) resolve(message as Of<M, T>);
    },
    fail: reject,
  };
  const timeout = setTimeout(() => reject(new CommandFailure(complaint)), PATIENCE);
  waiting.add(one);
  const forget = (): void => {
    clearTimeout(timeout);
    waiting.delete(one);
  };
  promise.then(forget, forget);
  return promise;
}

// Ctrl-C, once: end in order. Twice: end now.
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /** Resolves at the first signal. */
  readonly promise: Promise<void>;
  /** Gives the signals back. */
  release(): void;
}

/** `force` is called when a second signal comes; the process then ends with 130. */
export function interruption(force: () => void): Interruption {
  const { promise, resolve } = Promise.withResolvers<void>();
  let first = true;
  function interrupt(): void {
    if (!first) {
      force();
      process.exit(130);
    }
    first = false;
    resolve();
  }
  for (const signal of signals) process.on(signal, interrupt);
  return {
    promise,
    release() {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}

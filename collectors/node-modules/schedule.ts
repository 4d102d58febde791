// Looks at projects one after the other, a moment after they changed: an install writes several files at once, and
// two large lockfiles in memory at the same time would cost twice as much.

export interface Schedule {
  /** Looks at `root` in `delay` ms; asked again before that, later. */
  after(root: string, delay: number): void;
  forget(root: string): void;
  close(): void;
}

export function createSchedule(look: (root: string) => Promise<void>): Schedule {
  const timers = new Map<string, NodeJS.Timeout>();
  const due = new Set<string>();
  let running = false;
  let closed = false;

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    for (const root of due) {
      due.delete(root);
      if (closed) break;
      await look(root);
      await new Promise((resolve) => setImmediate(resolve));
    }
    running = false;
  }

  return {
    after(root, delay) {
      if (closed) return;
      clearTimeout(timers.get(root));
      const timer = setTimeout(() => {
        timers.delete(root);
        due.add(root);
        void run();
      }, delay);
      timers.set(root, timer);
    },
    forget(root) {
      clearTimeout(timers.get(root));
      timers.delete(root);
      due.delete(root);
    },
    close() {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

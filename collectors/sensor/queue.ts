/** Items between who makes them and the one who takes them. How many may wait is decided where they are made. */
export interface Queue<T> {
  push(item: T): void;
  /** What comes from now on, until the signal aborts. For one reader; what comes without one is passed over. */
  read(signal: AbortSignal): AsyncIterable<T>;
}

/** Taken items are cut off the front of the array when there are this many. */
const COMPACT_AT = 1024;

/** `taken` is called for each item that left the queue, also for those that nobody reads. */
export function createQueue<T>(taken: (item: T) => void): Queue<T> {
  let items: T[] = [];
  let head = 0;
  let isRead = false;
  let arrived: (() => void) | undefined;

  function take(): T {
    const item = items[head++] as T;
    taken(item);
    if (head === items.length || head >= COMPACT_AT) {
      items = items.slice(head);
      head = 0;
    }
    return item;
  }

  async function* readAll(signal: AbortSignal): AsyncIterable<T> {
    const wake = () => arrived?.();
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        if (items.length > 0) yield take();
        else await new Promise<void>((resolve) => (arrived = resolve));
      }
    } finally {
      signal.removeEventListener('abort', wake);
      isRead = false;
      while (items.length > 0) take();
    }
  }

  return {
    push(item) {
      if (!isRead) return taken(item);
      items.push(item);
      arrived?.();
    },
    read(signal) {
      isRead = true;
      return readAll(signal);
    },
  };
}

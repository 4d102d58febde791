// Between a sensor's callbacks and the pipeline that iterates over its events. Nothing upstream waits: a full queue drops.

export interface Queue<T> {
  /** False when the queue is full and the item was dropped. */
  put(item: T): boolean;
  /** Gives what is put, in order, until the signal aborts. One iteration at a time. */
  drain(signal: AbortSignal): AsyncGenerator<T>;
}

export function createQueue<T>(limit: number): Queue<T> {
  let items: T[] = [];
  let wake: (() => void) | undefined;
  return {
    put(item) {
      if (items.length >= limit) return false;
      items.push(item);
      wake?.();
      return true;
    },
    async *drain(signal) {
      const onAbort = (): void => wake?.();
      signal.addEventListener('abort', onAbort);
      try {
        while (!signal.aborted) {
          const batch = items;
          items = [];
          for (const item of batch) {
            if (signal.aborted) return;
            yield item;
          }
          if (batch.length > 0) continue;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = undefined;
        }
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}

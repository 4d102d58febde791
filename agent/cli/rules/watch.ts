// Runs something now and again after every change below the paths, until the process is interrupted.
import { watch } from 'chokidar';

/** Editors write a file in several steps. */
const SETTLE = 150;

/** Resolves when `signal` aborts. What throws is told and does not end the watching. */
export async function watchAndRun(
  paths: readonly string[],
  run: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const watcher = watch([...paths], {
    ignoreInitial: true,
    ignored: (path) => /(^|[\\/])\.[^\\/.]/.test(path),
  });
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const again = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(run).catch((error: unknown) => console.error(String(error)));
    }, SETTLE);
  };
  watcher.on('all', again);
  await run();
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearTimeout(timer);
  await watcher.close();
  await running;
}

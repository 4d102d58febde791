// What happens by the clock (cron expressions, local time).
import type { ScheduledTask } from 'node-cron';
import type { Log } from './log.ts';

export interface Job {
  readonly name: string;
  /** Cron expression of five fields. */
  readonly at: string;
  readonly run: () => void | Promise<void>;
}

/** Resolves with a function that stops all jobs. A job that fails is logged and runs again at its next time. */
export async function schedule(jobs: readonly Job[], log: Log): Promise<() => Promise<void>> {
  const { schedule: plan } = await import('node-cron');
  const tasks: ScheduledTask[] = jobs.map(({ name, at, run }) =>
    plan(
      at,
      async () => {
        try {
          await run();
        } catch (error) {
          log.error({ err: error, job: name }, 'a scheduled job failed');
        }
      },
      { name, noOverlap: true },
    ),
  );
  return async () => {
    for (const task of tasks) await task.destroy();
  };
}

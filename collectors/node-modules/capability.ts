import type { Capability } from '../../schema/capability.ts';

/** What the collector knows about itself. */
export interface Health {
  /** Milliseconds to the sight of the canary's index, or why it was not seen; undefined before the self-test. */
  readonly proof: number | string | undefined;
  readonly projects: number;
  /** Each says in a few words what is not watched or not kept. */
  readonly gaps: readonly string[];
  readonly watchLimitReached: boolean;
}

export function capabilityOf(health: Health): Capability {
  const base = { name: 'watch node_modules', collector: 'node-modules' };
  if (health.proof === undefined) return { ...base, state: 'no', why: 'not armed yet' };
  const remedy = health.watchLimitReached ? { remedy: 'raise fs.inotify.max_user_watches' } : {};
  if (typeof health.proof === 'string')
    return { ...base, state: 'no', why: `self-test: ${health.proof}`, ...remedy };
  const proven = `a canary's index was seen after ${Math.round(health.proof)} ms; ${health.projects} projects watched`;
  if (health.gaps.length === 0) return { ...base, state: 'yes', why: proven };
  return { ...base, state: 'degraded', why: `${health.gaps.join('; ')}; ${proven}`, ...remedy };
}

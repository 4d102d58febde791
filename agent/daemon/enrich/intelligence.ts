// Asks the index of known-malicious packages. Without a usable index the agent works on, and says what it is missing.
import { openIntel } from '../../../rules/intel/index.ts';
import type { IntelMatch } from '../../../schema/package.ts';
import type { Log } from '../log.ts';

export interface Intelligence {
  /** Records that name this version as malicious; none where the index cannot be asked. */
  readonly lookup: (name: string, version: string) => IntelMatch[];
  /** Why it cannot be asked. */
  readonly problem: () => string | undefined;
  close(): void;
}

export function openIntelligence(file: string, log: Log): Intelligence {
  let problem: string | undefined;
  function attempt<T>(work: () => T): T | undefined {
    try {
      const result = work();
      problem = undefined;
      return result;
    } catch (error) {
      const said = `E_INTEL: known-malicious packages are not recognised: ${(error as Error).message}`;
      if (said !== problem) log.error({ err: error }, said);
      problem = said;
      return undefined;
    }
  }
  const intel = attempt(() => openIntel(file));
  return {
    lookup: (name, version) => (intel ? (attempt(() => intel.lookup(name, version)) ?? []) : []),
    problem: () => problem,
    close: () => intel?.close(),
  };
}

// The two programs that `lifeguard up` runs, and what their failures mean to the person who started it.
import * as v from 'valibot';
import { agentFlags, agentVariables } from '../../../platform/runtime.ts';
import { fromAgent, type FromAgent, type ToAgent } from '../../../schema/agent-process.ts';
import { fromCentral, type FromCentral, type ToCentral } from '../../../schema/central-process.ts';
import { type AgentConfig, type CentralConfig, centralConfig } from '../../../schema/config.ts';
import { type Service, startService } from './service.ts';

/** What both have in common once they run. */
export type Running = Pick<Service<FromAgent>, 'stop' | 'kill' | 'started'>;

interface Common {
  readonly verbose?: boolean | undefined;
  readonly say: (line: string) => void;
}

export interface CentralService extends Service<FromCentral> {
  /** A fresh one-time enrolment token. */
  token(): Promise<string>;
}

export interface CentralOptions extends Common {
  readonly stateDir: string;
  readonly port: number;
  readonly consolePort: number;
}

export function startCentral({
  stateDir,
  port,
  consolePort,
  verbose = false,
  say,
}: CentralOptions): CentralService {
  const defaults = v.parse(centralConfig, {});
  const config: CentralConfig = {
    stateDir,
    agents: { ...defaults.agents, port },
    console: { ...defaults.console, port: consolePort },
  };
  const service = startService(
    {
      name: 'central collector',
      entry: new URL('../../../central/server/main.ts', import.meta.url),
      start: { type: 'start', config, verbose } satisfies ToCentral,
      remedies: { E_LISTEN: 'choose others with --port and --console-port' },
      verbose,
      say,
    },
    fromCentral,
  );
  return {
    ...service,
    async token() {
      const answer = service.next('token');
      service.send({ type: 'token' } satisfies ToCentral);
      return (await answer).token;
    },
  };
}

export interface AgentOptions extends Common {
  /** It may depend on a central collector that is still starting. */
  readonly config: Promise<AgentConfig>;
  /** The agent follows the changes of this file. */
  readonly configFile: string | undefined;
}

export function startAgent({ config, configFile, verbose = false, say }: AgentOptions): Service<FromAgent> {
  return startService(
    {
      name: 'agent',
      entry: new URL('../../daemon/main.ts', import.meta.url),
      flags: agentFlags,
      variables: agentVariables,
      start: config.then(
        (settled): ToAgent => ({
          type: 'start',
          config: settled,
          ...(configFile && { configFile }),
          verbose,
        }),
      ),
      remedies: {
        E_ALREADY_RUNNING: 'stop it first, or name another state directory with LIFEGUARD_STATE_DIR',
      },
      verbose,
      say,
    },
    fromAgent,
  );
}

// What the agent is started with: a command line and its environment, or a message of the process that started it.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { formatProblem, readConfig } from '../../platform/config.ts';
import { stateDirectory } from '../../platform/state-directory.ts';
import { toAgent } from '../../schema/agent-process.ts';
import { type AgentConfig, agentConfig } from '../../schema/config.ts';

export interface Start {
  readonly config: AgentConfig;
  /** Absolute. */
  readonly configFile: string | undefined;
  /** Absolute. */
  readonly stateDir: string;
  readonly verbose: boolean;
}

export class StartError extends Error {
  readonly code: 'E_USAGE' | 'E_CONFIG';
  constructor(code: StartError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** From the arguments after the script's name. Throws `StartError`. */
export function startFromCommand(args: readonly string[], env: NodeJS.ProcessEnv): Start {
  const options = parse(args);
  const file = options.config ?? (env['LIFEGUARD_CONFIG'] || undefined);
  const configFile = file === undefined ? undefined : resolve(file);
  const config = configFile === undefined ? v.parse(agentConfig, {}) : read(configFile);
  const stateDir = stateDirectory({ configured: options['state-dir'] ?? config.stateDir, env });
  return { config, configFile, stateDir, verbose: options.verbose ?? false };
}

/** From the first message of the parent. Throws `StartError`. */
export function startFromMessage(message: unknown): Start {
  const found = v.safeParse(toAgent, message);
  if (!found.success)
    throw new StartError('E_USAGE', `the parent's message is wrong: ${v.summarize(found.issues)}`);
  const { config, configFile, verbose } = found.output;
  return { config, configFile, stateDir: stateDirectory({ configured: config.stateDir }), verbose };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        config: { type: 'string' },
        'state-dir': { type: 'string' },
        verbose: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new StartError('E_USAGE', (error as Error).message);
  }
}

function read(file: string): AgentConfig {
  const found = readConfig(file, agentConfig);
  if (found.ok) return found.value;
  throw new StartError('E_CONFIG', found.problems.map(formatProblem).join('; '));
}

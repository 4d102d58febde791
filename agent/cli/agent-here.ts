// The agent on this machine that a command means: by configuration file, environment, or where it is installed.
import { stateDirectory } from '../../platform/state-directory.ts';
import { agentConfig } from '../../schema/config.ts';
import { loadConfiguration } from './configuration.ts';
import { createLocalClient, type LocalClient } from './local-client.ts';

/** Throws a CommandFailure where the configuration file is wrong. Nothing is connected yet. */
export function agentHere(configFile: string | undefined): LocalClient {
  const { stateDir } = loadConfiguration(configFile, agentConfig);
  return createLocalClient(stateDirectory({ configured: stateDir, client: true }));
}

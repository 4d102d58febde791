// The central collector and the agent on one machine: started in that order, ended in the other.
import { resolve } from 'node:path';
import { stateDirectory } from '../../../platform/state-directory.ts';
import { agentConfig } from '../../../schema/config.ts';
import { loadConfiguration } from '../configuration.ts';
import { CommandFailure } from '../failure.ts';
import { createLocalClient } from '../local-client.ts';
import { progress } from '../terminal.ts';
import { interruption } from './interruption.ts';
import { join } from './join.ts';
import { callName, tellOfRunning } from './running.ts';
import { StartFailure } from './service.ts';
import { type Running, startAgent, startCentral } from './services.ts';
import { welcome } from './welcome.ts';

export interface UpOptions {
  readonly config?: string;
  readonly verbose?: boolean;
  readonly port: number;
  readonly consolePort: number;
}

/** Runs until a signal ends it. Where one runs already with this state directory it says so and resolves at once. */
export async function up(options: UpOptions): Promise<void> {
  const file = options.config === undefined ? undefined : resolve(options.config);
  const config = loadConfiguration(file, agentConfig);
  if (config.central)
    throw new CommandFailure(
      `${file}: central.url: lifeguard up brings its own central collector; use lifeguard agent to report to another`,
    );
  const stateDir = stateDirectory({ configured: config.stateDir });
  if (await tellOfRunning(stateDir)) return;

  const line = progress();
  const say = (text: string): void => {
    line.clear();
    console.error(text);
  };
  const running: Running[] = [];
  const interrupted = interruption(() => running.forEach((service) => service.kill()));
  try {
    await Promise.race([start(), interrupted.promise]);
    await interrupted.promise;
  } catch (error) {
    // Two commands at the same moment: the other one was quicker.
    if (!(error instanceof StartFailure && error.code === 'E_RUNNING' && (await tellOfRunning(stateDir))))
      throw error;
  } finally {
    line.clear();
    // The agent first: what it still has to say is then taken in.
    for (const service of running.toReversed()) await service.stop();
    interrupted.release();
  }

  async function start(): Promise<void> {
    line.say('Starting …');
    const central = startCentral({ ...options, stateDir, say });
    const open = central.next('ready');
    // It loads while the central collector starts, and is told where that is.
    const agent = startAgent({
      config: open.then(({ agentUrl }) => ({ ...config, stateDir, central: { url: agentUrl } })),
      configFile: file,
      verbose: options.verbose,
      say,
    });
    running.push(central, agent);
    const listening = agent.next('listening');
    const armed = agent.next('ready');
    for (const later of [listening, armed]) later.catch(() => {}); // awaited below
    const { consoleUrl, signInLink } = await open;
    await listening;
    const client = createLocalClient(stateDir);
    await join(client, () => central.token());
    line.say('Arming the sensors …');
    await armed;
    for (const service of running) service.started();
    line.clear();
    const lines = welcome({
      status: await client.status(),
      consoleUrl,
      signInLink,
      command: callName(options.config),
    });
    console.log(lines.join('\n'));
  }
}

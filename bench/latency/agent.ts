// The agent with its real sensors, but without a bound on alerts in a minute: every open of the bench is to be one.
import * as v from 'valibot';
import { startDaemon } from '../../agent/daemon/daemon.ts';
import { createLog } from '../../agent/daemon/log.ts';
import { createCollectors } from '../../collectors/index.ts';
import { agentConfig } from '../../schema/config.ts';

const [stateDir = ''] = process.argv.slice(2);
const daemon = await startDaemon({
  config: v.parse(agentConfig, { homes: [] }),
  stateDir,
  log: await createLog({ verbose: false, pretty: false }),
  createCollectors: (context) => createCollectors(context),
  budget: { informational: 1e9, low: 1e9, medium: 1e9, high: 1e9, critical: 1e9 },
});
await daemon.ready;
process.send?.({ type: 'running' });
process.on('SIGTERM', () => void daemon.stop().then(() => process.exit(0)));

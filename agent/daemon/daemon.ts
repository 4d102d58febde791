// The composition root: everything that the agent is made of is put together here and nowhere else.
import { hostname } from 'node:os';
import type { Collector, CollectorContext } from '../../collectors/collector.ts';
import { createUsers } from '../../platform/users.ts';
import type { AgentConfig } from '../../schema/config.ts';
import { Alerts } from './alerts/index.ts';
import { ConfigFile } from './config-file.ts';
import { Counters } from './counters.ts';
import { openIntelligence } from './enrich/intelligence.ts';
import { inventoryAmong } from './enrich/inventory.ts';
import { Packages } from './enrich/package.ts';
import { hostInfo } from './host.ts';
import { createIdentify } from './local-api/caller.ts';
import { LocalApi } from './local-api/index.ts';
import type { Log } from './log.ts';
import { Outbox } from './outbox/index.ts';
import { run, tellDue } from './pipeline.ts';
import { Report } from './report.ts';
import { RuleSet } from './rule-set.ts';
import { schedule } from './schedule.ts';
import { Sensors } from './sensors.ts';
import { Settings } from './settings.ts';
import { openState } from './state.ts';
import type { Budget } from './alerts/storm.ts';
import { Uplink } from './uplink/index.ts';
import { agentVersion } from './version.ts';

export interface DaemonOptions {
  readonly config: AgentConfig;
  /** Absolute path. */
  readonly stateDir: string;
  /** Followed for changes. */
  readonly configFile?: string | undefined;
  readonly log: Log;
  readonly createCollectors: (context: CollectorContext) => readonly Collector[];
  /** Alerts in a minute, by level; without it what a person can take in. */
  readonly budget?: Budget;
}

export interface Daemon {
  /** The local API's socket. */
  readonly socket: string;
  /** Resolves when every available sensor is armed. */
  readonly ready: Promise<void>;
  /** Ends everything in order, once; what was put is on the disk afterwards. */
  stop(): Promise<void>;
}

/** Rejects with `StateError` and whatever else keeps it from starting. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { config, log } = options;
  const state = await openState(options.stateDir);
  const counters = new Counters();
  const users = createUsers();
  const settings = new Settings(config, users);
  const rules = await RuleSet.load(settings.rules(), log);
  const intelligence = openIntelligence(state.intel, log);
  const outbox = new Outbox({ file: state.outbox, counters, log, numbered: state.hasJoined() });
  const sensors = new Sensors(options.createCollectors(contextOf(settings, log)), log);
  const inventory = inventoryAmong(sensors.collectors);
  const packages = new Packages({ inventory, intel: intelligence.lookup });
  const alerts = new Alerts({ settings, packages, counters, budget: options.budget });
  const configFile = options.configFile ? new ConfigFile(options.configFile, settings, log) : undefined;
  const uplink = new Uplink({
    files: state,
    url: config.central?.url,
    outbox,
    heartbeat: () => report.heartbeat(),
    host: () => hostInfo(agentVersion),
    log,
  });
  const report = new Report({
    settings,
    sensors,
    inventory,
    rules,
    counters,
    intelligence,
    outbox,
    uplink,
    configFile,
  });
  const localApi = new LocalApi({
    socket: state.socket,
    identify: await createIdentify(users),
    outbox,
    counters,
    log,
    status: (caller) => report.status(caller),
    watchHome: (directory) => sensors.armedFor(() => settings.addHome(directory)),
    enroll: (token) => uplink.enroll(token),
  });
  const pipeline = {
    collectors: sensors.collectors,
    failed: (collector: Collector, error: unknown) => sensors.failed(collector, error),
    enrichment: { packages, intel: intelligence.lookup },
    detector: () => rules.detector,
    alerts,
    outbox,
  };

  settings.onChange(() => rules.use(settings.rules()));
  await localApi.listen();
  await configFile?.watch();
  const life = new AbortController();
  const flow = run(pipeline, life.signal);
  uplink.start();
  const stopSchedule = await schedule(
    [
      { name: 'look for homes', at: '*/10 * * * *', run: () => settings.findHomes() },
      { name: 'look at secrets again', at: '5-59/10 * * * *', run: () => sensors.rescan() },
      { name: 'upkeep of the outbox', at: '*/5 * * * *', run: () => outbox.upkeep() },
      { name: 'account of alert storms', at: '* * * * *', run: () => tellDue(pipeline) },
    ],
    log,
  );

  async function end(): Promise<void> {
    await stopSchedule();
    life.abort();
    await flow;
    await configFile?.close();
    await rules.close();
    await uplink.stop();
    await localApi.close();
    outbox.close();
    intelligence.close();
    state.release();
  }

  let ended: Promise<void> | undefined;
  return { socket: state.socket, ready: sensors.armed(), stop: () => (ended ??= end()) };
}

function contextOf(settings: Settings, log: Log): CollectorContext {
  return {
    host: hostname(),
    homes: () => settings.homes(),
    projects: () => settings.projects(),
    policy: () => settings.policy(),
    onChange: (listener) => settings.onChange(listener),
    ownPids: [process.pid],
    log: (level, message, details) => log[level](details ?? {}, message),
  };
}

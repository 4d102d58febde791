// How the agent is: for `lifeguard status` on this machine, and as a heartbeat for the central collector.
import { hostname } from 'node:os';
import type { Status } from '../../schema/local.ts';
import { truncate } from '../../schema/primitives.ts';
import type { Heartbeat } from '../../schema/wire.ts';
import type { ConfigFile } from './config-file.ts';
import { type Counters, isLoss } from './counters.ts';
import type { Caller } from './local-api/caller.ts';
import type { Intelligence } from './enrich/intelligence.ts';
import type { Inventory } from './enrich/inventory.ts';
import type { Outbox } from './outbox/index.ts';
import type { RuleSet } from './rule-set.ts';
import type { Sensors } from './sensors.ts';
import type { Settings } from './settings.ts';
import type { Uplink } from './uplink/index.ts';
import { agentVersion } from './version.ts';

export interface ReportParts {
  readonly settings: Settings;
  readonly inventory: Inventory;
  readonly sensors: Sensors;
  readonly rules: RuleSet;
  readonly counters: Counters;
  readonly outbox: Outbox;
  readonly uplink: Uplink;
  readonly configFile: ConfigFile | undefined;
  readonly intelligence: Intelligence;
}

const MAX_WARNINGS = 32;
const MAX_CAPABILITIES = 64;

export class Report {
  readonly #parts: ReportParts;
  readonly #startedAt = new Date().toISOString();

  constructor(parts: ReportParts) {
    this.#parts = parts;
  }

  /** Everything; a caller who is not root sees their own homes and the number of their own alerts. */
  status(caller: Caller): Status {
    const { settings, inventory, sensors, rules, outbox, uplink } = this.#parts;
    const { state, url, detail, device } = uplink.state;
    const user = caller.isPrivileged ? undefined : caller.user;
    return {
      ready: sensors.isReady,
      version: agentVersion,
      pid: process.pid,
      startedAt: this.#startedAt,
      mode: settings.mode,
      host: hostname(),
      ...(device !== undefined && { device }),
      central: {
        ...(url !== undefined && { url }),
        state,
        ...(detail !== undefined && { detail: truncate(detail) }),
        pending: outbox.pending,
        acknowledged: outbox.acknowledged,
      },
      homes: settings.homesOf(user),
      projects: inventory.inventories().length,
      rules: {
        loaded: rules.detector.rules.length,
        broken: rules.broken.slice(0, 64).map((line) => truncate(line)),
      },
      alerts: { total: outbox.total(user) },
      drops: this.#drops(),
      counters: this.#counters(),
      capabilities: sensors.capabilities().slice(0, MAX_CAPABILITIES),
      resources: resources(),
      warnings: this.#warnings(),
    };
  }

  heartbeat(): Heartbeat {
    const { settings, sensors, rules, outbox } = this.#parts;
    return {
      type: 'heartbeat',
      time: new Date().toISOString(),
      mode: settings.mode,
      drops: this.#drops(),
      capabilities: sensors.capabilities().slice(0, MAX_CAPABILITIES),
      pending: outbox.pending,
      rules: { loaded: rules.detector.rules.length, broken: rules.broken.length },
      resources: resources(),
    };
  }

  #counters(): Record<string, number> {
    const { counters, sensors, rules } = this.#parts;
    const judged = Object.entries(rules.detector.counters()).map(([cause, count]) => [
      `rules.${cause}`,
      count,
    ]);
    return { ...sensors.counters(), ...Object.fromEntries(judged), ...counters.all() };
  }

  #drops(): Record<string, number> {
    return Object.fromEntries(
      Object.entries(this.#counters()).filter(([cause, count]) => isLoss(cause) && count > 0),
    );
  }

  #warnings(): string[] {
    const { configFile, intelligence, outbox, sensors, uplink } = this.#parts;
    const intel = intelligence.problem();
    const { state, detail } = uplink.state;
    return [
      ...(intel ? [intel] : []),
      ...(configFile?.problem ? [configFile.problem] : []),
      ...sensors.failures,
      ...(state === 'refused' && detail ? [`central collector: ${detail}`] : []),
      ...outbox.problems,
    ]
      .slice(-MAX_WARNINGS)
      .map((line) => truncate(line));
  }
}

function resources(): Status['resources'] {
  const { user, system } = process.cpuUsage();
  return { rss: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 };
}

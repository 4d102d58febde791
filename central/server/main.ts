// The central collector's composition root.
//
// As a program it is a child of `lifeguard central` or `lifeguard up`, which read the configuration file and talk to it
// over Node's IPC channel (messages: schema/central-process.ts):
//
//   spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '…/central/server/main.ts'],
//         { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
//
//   parent ──► {type: 'start', config, verbose?}   first message; `config` is a CentralConfig whose stateDir is set
//   child  ──► {type: 'ready', agentUrl, consoleUrl, signInLink}     or {type: 'failed', code, message}, then exit 1
//   parent ──► {type: 'token'}                     child ──► {type: 'token', token}   a one-time enrolment token
//   parent ──► {type: 'link'}                      child ──► {type: 'link', link}     a fresh sign-in link
//
// SIGTERM, SIGINT or the end of the channel close it cleanly (exit 0). Logs go to stderr.
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import type { CentralConfig } from '../../schema/config.ts';
import { CentralError, systemReason } from './central-error.ts';
import { listenForPeople } from './console-api/listener.ts';
import { loadPages } from './console-api/pages.ts';
import { SignIn, signInLimits } from './console-api/sign-in.ts';
import { listenForControl } from './control.ts';
import { Feed } from './feed.ts';
import { certificateIn } from './identity/certificate.ts';
import { createEnrolmentToken, type TokenOptions } from './identity/enrolment.ts';
import { Committer } from './ingest/committer.ts';
import { revoked } from './ingest/conversation.ts';
import { limits as ingestLimits, type Limits } from './ingest/limits.ts';
import { listenForAgents } from './ingest/listener.ts';
import { Presence } from './ingest/presence.ts';
import { Refusals } from './ingest/refusal.ts';
import type { Log } from './log.ts';
import { ownDirectory } from './state-directory.ts';
import { openSqliteStore } from './store/sqlite/open.ts';
import { converse } from './supervised.ts';
import { scheduleUpkeep } from './upkeep.ts';

export interface RunningCentral {
  /** `wss://127.0.0.1:7600` */
  readonly agentUrl: string;
  /** `http://127.0.0.1:7601` */
  readonly consoleUrl: string;
  /** A one-time enrolment token, `lgt1.…`. */
  createToken(options?: TokenOptions): Promise<string>;
  /** A link that signs one browser or `lifeguard login` in, once. */
  createSignInLink(): string;
  /** Ends a device's right to report, and its connection. False where there is no such device. */
  revoke(device: string): Promise<boolean>;
  /** Ends connections, writes what is known and closes the store. */
  close(): Promise<void>;
}

/** Overridden by tests alone. */
export interface Bounds {
  readonly ingest?: Partial<Limits>;
  readonly signIn?: Partial<typeof signInLimits>;
}

/** Starts it. Rejects with `CentralError`; what had been opened is closed again. */
export async function startCentral(
  config: CentralConfig,
  log: Log,
  bounds: Bounds = {},
): Promise<RunningCentral> {
  const closers: (() => Promise<unknown>)[] = [];
  async function close(): Promise<void> {
    for (const closer of closers.splice(0).toReversed()) await closer();
  }
  try {
    return await assemble(config, log, bounds, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  config: CentralConfig,
  log: Log,
  bounds: Bounds,
  closers: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<RunningCentral> {
  const directory = await ownDirectory(config.stateDir);
  const control: { of?: RunningCentral } = {};
  closers.push(
    await listenForControl(join(directory, 'control.sock'), {
      createToken: async () => started(control.of).createToken(),
      createSignInLink: () => started(control.of).createSignInLink(),
      revoke: async (device) => started(control.of).revoke(device),
    }),
  );
  const certificate = await attempt('E_CERTIFICATE', certificateIn(directory, config.agents.names));
  const store = await attempt('E_STORE', (async () => openSqliteStore(join(directory, 'central.db')))());
  closers.push(() => store.close());

  const feed = new Feed();
  const refusals = new Refusals(log);
  const committer = new Committer(store, (rows) => feed.alerts(rows));
  const presence = new Presence(
    store,
    () => feed.devices(),
    (error) =>
      refusals.count(
        { code: 'E_STORE', message: systemReason(error) },
        { while: 'writing what devices said' },
      ),
  );
  closers.push(() => presence.close());
  const signIn = new SignIn(store, { ...signInLimits, ...bounds.signIn });

  const limits = { ...ingestLimits, ...bounds.ingest };
  const { host, port, names } = config.agents;
  const ingest = await attempt(
    'E_LISTEN',
    listenForAgents(host, port, { certificate, store, committer, presence, refusals, limits, log }),
    `cannot listen for agents on ${host}:${port}`,
  );
  closers.push(() => ingest.close());
  const people = await attempt(
    'E_LISTEN',
    listenForPeople(config.console.host, config.console.port, {
      store,
      presence,
      refusals,
      feed,
      signIn,
      pages: await loadPages(),
      version: manifest.version,
      started: new Date().toISOString(),
      log,
    }),
    `cannot open the console on ${config.console.host}:${config.console.port}`,
  );
  closers.push(() => people.close());
  closers.push(scheduleUpkeep(store, log));

  const agentUrl = `wss://${reachable(host, names)}:${ingest.port}`;
  const running: RunningCentral = {
    agentUrl,
    consoleUrl: people.origin,
    createToken: (options) => createEnrolmentToken(store, { url: agentUrl, pin: certificate.pin }, options),
    createSignInLink: () => signIn.link(people.origin),
    async revoke(device) {
      const known = await store.revoke(device, new Date().toISOString());
      if (known) presence.refuse(device, revoked);
      return known;
    },
    close,
  };
  control.of = running;
  log.info({ agents: agentUrl, console: people.origin }, 'the central collector is ready');
  return running;
}

/** What agents are told to connect to: on loopback the address itself, so that no resolver has a say. */
function reachable(host: string, names: readonly string[]): string {
  const name = host.startsWith('127.') || host === '::1' ? host : (names[0] ?? host);
  return isIPv6(name) ? `[${name}]` : name;
}

async function attempt<T>(code: CentralError['code'], work: Promise<T>, doing?: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CentralError) throw error;
    throw new CentralError(code, doing ? `${doing}: ${systemReason(error)}` : systemReason(error), error);
  }
}

function started(running: RunningCentral | undefined): RunningCentral {
  if (!running) throw new Error('the central collector is still starting');
  return running;
}

if (import.meta.main) await converse(startCentral);

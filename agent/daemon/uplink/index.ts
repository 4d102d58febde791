// Carries alerts to the central collector for as long as the daemon runs: connects, comes back after a failure with
// growing, jittered pauses, and says how it stands.
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Heartbeat, HostInfo } from '../../../schema/wire.ts';
import type { Log } from '../log.ts';
import type { Outbox } from '../outbox/index.ts';
import { delay, delayAfterRefusal } from './backoff.ts';
import { connect } from './connect.ts';
import { type Ended, ended } from './conversation.ts';
import { type DeviceKey, readDeviceKey } from './device-key.ts';
import { type Enrolment, readEnrolment } from './enrolment.ts';
import { join, type JoinFiles } from './join.ts';
import { session, type SessionContext } from './session.ts';

/** A connection that lasted so long was no failure, ms. */
const LASTING = 10_000;

export interface UplinkOptions {
  readonly files: JoinFiles;
  /** Address from the configuration; it takes the place of the token's, the pin stays. */
  readonly url: string | undefined;
  readonly outbox: Outbox;
  readonly heartbeat: () => Heartbeat;
  readonly host: () => Promise<HostInfo>;
  readonly log: Log;
}

export interface UplinkState {
  readonly state: 'none' | 'connecting' | 'connected' | 'refused';
  readonly url?: string;
  readonly device?: string;
  readonly detail?: string;
}

export class Uplink {
  readonly #options: UplinkOptions;
  #state: UplinkState = { state: 'none' };
  #life: AbortController | undefined;
  #socket: WebSocket | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: UplinkOptions) {
    this.#options = options;
  }

  get state(): UplinkState {
    return this.#state;
  }

  /** Begins to carry alerts, if this device has joined a central collector. */
  start(): void {
    const { files, url, log } = this.#options;
    try {
      const enrolment = readEnrolment(files.enrolment);
      if (enrolment === undefined) return this.#idle(url);
      const key = readDeviceKey(files.key);
      this.#life = new AbortController();
      this.#running = this.#keepConnected(
        { ...enrolment, url: url ?? enrolment.url },
        key,
        this.#life.signal,
      );
    } catch (error) {
      const detail = `E_ENROLMENT: ${(error as Error).message}; join again with lifeguard enroll`;
      this.#state = { state: 'refused', ...(url && { url }), detail };
      log.error(detail);
    }
  }

  /** Joins with a token and begins to carry alerts. Resolves with the device's id; rejects with `TokenError` or `JoinError`. */
  async enroll(token: string): Promise<string> {
    const { files, host, outbox } = this.#options;
    const joined = await join(token, await host(), files);
    await this.stop();
    outbox.beginEpoch();
    this.start();
    return joined.device;
  }

  async stop(): Promise<void> {
    this.#life?.abort();
    this.#socket?.terminate();
    await this.#running;
    this.#state = { state: 'none' };
  }

  #idle(url: string | undefined): void {
    const detail = 'this device has not joined; use lifeguard enroll --token-file FILE';
    this.#state = url === undefined ? { state: 'none' } : { state: 'refused', url, detail };
    // It will be asked for soon, and takes its time.
    if (url !== undefined) void this.#options.host();
  }

  async #keepConnected(enrolment: Enrolment, key: DeviceKey, signal: AbortSignal): Promise<void> {
    const { outbox, host, heartbeat } = this.#options;
    const { device, url } = enrolment;
    const about = await host();
    let failures = 0;
    this.#state = { state: 'connecting', url, device };
    while (!signal.aborted) {
      const before = { time: performance.now(), acknowledged: outbox.acknowledged };
      const welcomed = () => this.#welcome(enrolment);
      const end = await this.#connect(enrolment, { outbox, heartbeat, device, key, host: about, welcomed });
      if (signal.aborted) break;
      this.#report(end, { url, device });
      // A connection that carried something, or lasted, was a good one; one that is closed at once was not.
      const good = outbox.acknowledged > before.acknowledged || performance.now() - before.time > LASTING;
      failures = good ? 0 : failures + 1;
      await sleep(end.refused ? delayAfterRefusal() : delay(failures), undefined, { signal }).catch(() => {});
    }
  }

  async #connect({ url, pin }: Enrolment, context: SessionContext): Promise<Ended> {
    try {
      this.#socket = connect(url, pin);
      return await session(this.#socket, context);
    } catch (error) {
      return ended('E_ADDRESS', (error as Error).message);
    }
  }

  #welcome({ url, device }: Enrolment): void {
    this.#state = { state: 'connected', url, device };
    this.#options.log.info({ url, device }, 'connected to the central collector');
  }

  #report({ refused, detail }: Ended, where: { url: string; device: string }): void {
    // The same failure again is no news.
    if (this.#state.detail !== detail) this.#options.log.warn({ url: where.url }, detail);
    this.#state = { ...where, state: refused ? 'refused' : 'connecting', detail };
  }
}

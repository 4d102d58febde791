// What the central collector asks of a store. SQLite is embedded (sqlite/); a PostgreSQL variant becomes its sibling.
// Times are ISO strings. Every method rejects with `StoreUnavailable` when the store cannot do it now; what was asked
// is then undone as a whole and may be asked again.
import type { Alert } from '../../../schema/alert.ts';
import type { AlertDocument, AlertPage, AlertQuery, AlertRow, DeviceQuery } from '../../../schema/api.ts';
import type { Heartbeat, HostInfo } from '../../../schema/wire.ts';

/** A full disk, a lock that is held too long, an unreadable file. */
export class StoreUnavailable extends Error {
  readonly code = 'E_STORE';
}

export interface Device {
  readonly id: string;
  /** Raw Ed25519 key, base64url. */
  readonly publicKey: string;
  readonly enrolled: string;
  readonly revoked?: string;
  readonly lastSeen?: string;
  readonly host: HostInfo;
  readonly heartbeat?: Heartbeat;
}

export interface Enrolment {
  readonly tokenHash: string;
  readonly publicKey: string;
  readonly host: HostInfo;
  /** Id of the device where it is a new one. */
  readonly id: string;
  readonly now: string;
}

export type EnrolmentOutcome =
  | { readonly device: string }
  | { readonly refused: 'invalid' | 'used' | 'revoked' };

/** Alerts of one device's spool, in the order in which they came. */
export interface Batch {
  readonly device: string;
  readonly epoch: string;
  readonly received: string;
  readonly accepted: readonly { readonly seq: number; readonly alert: Alert }[];
  /** Refused for good; remembered so that acknowledgements pass over them. */
  readonly refused: readonly { readonly seq: number; readonly reason: string }[];
}

export interface Settled {
  /** Highest seq of the epoch below which everything is settled. */
  readonly acknowledged: number;
  /** What was new in the batch. */
  readonly stored: readonly AlertRow[];
}

export interface Sighting {
  readonly device: string;
  readonly time: string;
  readonly host: HostInfo;
  readonly heartbeat?: Heartbeat;
}

export interface Store {
  /** Redeems the token and makes the device in one step. The key that used a token may present it again. */
  enrol(enrolment: Enrolment): Promise<EnrolmentOutcome>;
  device(id: string): Promise<Device | undefined>;
  /** Newest sighting first, with the number of alerts that each has ever reported. */
  devices(query: DeviceQuery): Promise<{ devices: readonly (Device & { alerts: number })[]; total: number }>;
  /** False where there is no such device. */
  revoke(id: string, now: string): Promise<boolean>;
  saw(sightings: readonly Sighting[]): Promise<void>;

  acknowledged(device: string, epoch: string): Promise<number>;
  /** Commits all batches together and resolves once they are on disk, one result a batch. */
  append(batches: readonly Batch[]): Promise<readonly Settled[]>;
  alerts(query: AlertQuery): Promise<AlertPage>;
  /** Rows that arrived after `position`, oldest first. */
  alertsAfter(position: number, limit: number): Promise<readonly AlertRow[]>;
  alert(device: string, id: string): Promise<AlertDocument | undefined>;

  addToken(token: {
    readonly hash: string;
    readonly created: string;
    readonly expires: string;
  }): Promise<void>;
  addSession(session: { readonly hash: string; readonly expires: string }): Promise<void>;
  /** When it expires, or undefined where there is no such session that is valid at `now`. */
  session(hash: string, now: string): Promise<string | undefined>;
  removeSession(hash: string): Promise<void>;

  /** Removes what has expired and alerts received before `keepFrom`, a bounded number at a call; gives space back. */
  upkeep(now: string, keepFrom: string): Promise<{ readonly alerts: number }>;
  close(): Promise<void>;
}

// Why a peer is turned away: a stable code, a close code, a count, and a log line at most once a minute for each code.
import type { WireErrorCode } from '../../../schema/wire.ts';
import type { Log } from '../log.ts';

export interface Refusal {
  readonly code: WireErrorCode;
  /** Says what happened and what to do; holds nothing that the peer sent. */
  readonly message: string;
}

/** WebSocket close codes (RFC 6455, 7.4.1). The reason of the close frame is the wire code itself. */
const closeCodes = {
  E_FRAME_MALFORMED: 1007,
  E_FRAME_TOO_LARGE: 1009,
  E_PROTOCOL_VERSION: 1002,
  E_UNEXPECTED_MESSAGE: 1002,
  E_DEVICE_UNKNOWN: 1008,
  E_DEVICE_REVOKED: 1008,
  E_SIGNATURE: 1008,
  E_CHALLENGE_EXPIRED: 1008,
  E_TOKEN_INVALID: 1008,
  E_TOKEN_USED: 1008,
  E_ALERT_INVALID: 1008,
  E_STORE: 1013,
  E_BUSY: 1013,
} as const satisfies Record<WireErrorCode, number>;

export function closeCode(code: WireErrorCode): number {
  return closeCodes[code];
}

const PERIOD = 60_000;

export class Refusals {
  readonly #log: Log;
  readonly #counts: Partial<Record<WireErrorCode, number>> = {};
  readonly #logged = new Map<WireErrorCode, { readonly at: number; readonly count: number }>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Since the start, by code. */
  counts(): Readonly<Partial<Record<WireErrorCode, number>>> {
    return this.#counts;
  }

  count(refusal: Refusal, details: Readonly<Record<string, unknown>>): void {
    const { code, message } = refusal;
    const count = (this.#counts[code] ?? 0) + 1;
    this.#counts[code] = count;
    const last = this.#logged.get(code);
    const now = performance.now();
    if (last && now - last.at < PERIOD) return;
    this.#logged.set(code, { at: now, count });
    this.#log.warn({ code, ...details, sinceLastLine: count - (last?.count ?? 0) }, message);
  }
}

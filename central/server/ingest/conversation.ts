// What one agent and we say to each other: the states of schema/wire.ts. It knows no socket; it is given frames and
// answers with messages or a refusal. Frames come one at a time.
import { randomUUID } from 'node:crypto';
import type { AgentFrame, CentralMessage, HostInfo } from '../../../schema/wire.ts';
import { PROTOCOL } from '../../../schema/wire.ts';
import { hashSecret } from '../identity/secret.ts';
import { answers, challenge, type Challenge } from '../identity/signature.ts';
import { StoreUnavailable, type Store } from '../store/store.ts';
import type { Committer } from './committer.ts';
import { type AlertsFrame, parseFrame, sortAlerts } from './frame.ts';
import type { Limits } from './limits.ts';
import type { Refusal } from './refusal.ts';

type State =
  | { readonly name: 'new' }
  | { readonly name: 'challenged'; readonly challenge: Challenge }
  | { readonly name: 'ready'; readonly device: string; readonly epoch: string };

export type Reply = readonly CentralMessage[] | Refusal;

export interface ConversationContext {
  readonly store: Store;
  readonly committer: Committer;
  readonly limits: Limits;
  /** The device has proven itself. */
  ready(device: string, host: HostInfo): void;
  heartbeat(device: string, heartbeat: Extract<AgentFrame, { type: 'heartbeat' }>): void;
  /** Alerts of a batch were refused for good. */
  invalid(device: string, refused: readonly Refusal[]): void;
}

export class Conversation {
  readonly #context: ConversationContext;
  #state: State = { name: 'new' };

  constructor(context: ConversationContext) {
    this.#context = context;
  }

  get state(): State['name'] {
    return this.#state.name;
  }

  /** Never rejects for what a peer sends or a store that is unavailable. */
  async receive(data: Buffer, binary: boolean): Promise<Reply> {
    const frame = parseFrame(data, binary);
    if ('code' in frame) return frame;
    try {
      return await this.#answer(frame);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return { code: 'E_STORE', message: `${error.message}; nothing was taken, send it again later` };
    }
  }

  #answer(frame: AgentFrame): Reply | Promise<Reply> {
    const state = this.#state;
    if (state.name === 'new' && frame.type === 'hello') return this.#hello(frame.protocol);
    if (state.name === 'challenged' && frame.type === 'enroll') return this.#enroll(frame, state.challenge);
    if (state.name === 'challenged' && frame.type === 'authenticate')
      return this.#authenticate(frame, state.challenge);
    if (state.name === 'ready' && frame.type === 'alerts' && frame.epoch === state.epoch)
      return this.#alerts(state.device, frame);
    if (state.name === 'ready' && frame.type === 'heartbeat') return this.#heartbeat(state.device, frame);
    return unexpected(frame, state);
  }

  #hello(protocol: number): Reply {
    if (protocol === PROTOCOL) return [this.#challenge()];
    return {
      code: 'E_PROTOCOL_VERSION',
      message: `this central collector speaks version ${PROTOCOL}; update the agent or it`,
    };
  }

  #challenge(): CentralMessage {
    const next = challenge(performance.now(), this.#context.limits.challenge);
    this.#state = { name: 'challenged', challenge: next };
    return { type: 'challenge', nonce: next.nonce };
  }

  async #enroll(frame: Extract<AgentFrame, { type: 'enroll' }>, asked: Challenge): Promise<Reply> {
    this.#state = { name: 'new' };
    if (performance.now() > asked.deadline) return expired;
    if (!answers('enroll', asked.nonce, frame.publicKey, frame.publicKey, frame.signature))
      return badSignature;
    const outcome = await this.#context.store.enrol({
      tokenHash: hashSecret(frame.token),
      publicKey: frame.publicKey,
      host: frame.host,
      id: randomUUID(),
      now: new Date().toISOString(),
    });
    if ('refused' in outcome) return enrolmentRefusals[outcome.refused];
    return [{ type: 'enrolled', device: outcome.device }, this.#challenge()];
  }

  async #authenticate(
    frame: Extract<AgentFrame, { type: 'authenticate' }>,
    asked: Challenge,
  ): Promise<Reply> {
    // Whatever comes of it, this nonce has served.
    this.#state = { name: 'new' };
    if (performance.now() > asked.deadline) return expired;
    const device = await this.#context.store.device(frame.device);
    if (!device)
      return { code: 'E_DEVICE_UNKNOWN', message: 'no device of this id was enrolled here; enrol it again' };
    if (!answers('authenticate', asked.nonce, device.id, device.publicKey, frame.signature))
      return badSignature;
    if (device.revoked !== undefined) return revoked;
    const acknowledged = await this.#context.store.acknowledged(device.id, frame.epoch);
    this.#state = { name: 'ready', device: device.id, epoch: frame.epoch };
    this.#context.ready(device.id, frame.host);
    return [{ type: 'welcome', acknowledged }];
  }

  #heartbeat(device: string, frame: Extract<AgentFrame, { type: 'heartbeat' }>): Reply {
    this.#context.heartbeat(device, frame);
    return [];
  }

  async #alerts(device: string, frame: AlertsFrame): Promise<Reply> {
    const { accepted, refused } = sortAlerts(frame.items);
    const received = new Date().toISOString();
    const settled = await this.#context.committer.submit({
      device,
      epoch: frame.epoch,
      received,
      accepted,
      refused,
    });
    const errors = refused.map(({ seq, reason }) => ({
      code: 'E_ALERT_INVALID' as const,
      message: reason,
      seq,
    }));
    if (errors.length > 0) this.#context.invalid(device, errors);
    const replies: CentralMessage[] = errors.map((error) => ({ type: 'error', ...error }));
    if (settled.acknowledged > 0)
      replies.push({ type: 'ack', epoch: frame.epoch, seq: settled.acknowledged });
    return replies;
  }
}

function unexpected(frame: AgentFrame, state: State): Refusal {
  const epoch =
    frame.type === 'alerts' && state.name === 'ready' ? ' for another epoch than was authenticated' : '';
  return {
    code: 'E_UNEXPECTED_MESSAGE',
    message: `${frame.type}${epoch} cannot come in the state ${state.name}`,
  };
}

const badSignature: Refusal = {
  code: 'E_SIGNATURE',
  message: 'the signature does not answer the challenge with this key',
};
export const expired: Refusal = {
  code: 'E_CHALLENGE_EXPIRED',
  message: 'it took too long to authenticate; connect again',
};
export const revoked: Refusal = {
  code: 'E_DEVICE_REVOKED',
  message: 'this device was revoked; enrol it with a new key',
};
const enrolmentRefusals = {
  invalid: {
    code: 'E_TOKEN_INVALID',
    message: 'no such enrolment token is open; it may have expired: ask for a new one',
  },
  used: {
    code: 'E_TOKEN_USED',
    message: 'this enrolment token was used by another agent; ask for a new one',
  },
  revoked,
} as const satisfies Record<string, Refusal>;

// One agent's socket: frames in order and one at a time, deadlines, and a clean end. While a frame is being dealt with the
// socket is paused, so a slow store is felt by the agent as a slow connection and nothing piles up here.
import type { WebSocket } from 'ws';
import type { CentralMessage } from '../../../schema/wire.ts';
import { Conversation, expired, type ConversationContext } from './conversation.ts';
import type { Limits } from './limits.ts';
import type { LiveConnection } from './presence.ts';
import { closeCode, type Refusal } from './refusal.ts';

export interface ConnectionContext {
  readonly limits: Limits;
  conversation(connection: Connection): ConversationContext;
  refused(refusal: Refusal, connection: Connection): void;
  broken(error: unknown, connection: Connection): void;
}

export class Connection implements LiveConnection {
  /** Set once it has authenticated. */
  device: string | undefined;
  readonly #socket: WebSocket;
  readonly #context: ConnectionContext;
  readonly #conversation: Conversation;
  /** Frames of one read of the socket: `pause` stops the next read, not the rest of this one (at most 64 KB). */
  readonly #frames: { readonly data: Buffer; readonly binary: boolean }[] = [];
  #busy = false;
  #over = false;
  #alive = true;
  #deadline: NodeJS.Timeout;

  constructor(socket: WebSocket, context: ConnectionContext) {
    this.#socket = socket;
    this.#context = context;
    this.#conversation = new Conversation(context.conversation(this));
    this.#deadline = setTimeout(() => this.refuse(expired), context.limits.hello);
    socket.on('message', (data: Buffer, binary) => this.#receive(data, binary));
    socket.on('pong', () => (this.#alive = true));
    socket.on('ping', () => this.#guardUnread());
    socket.on('error', (error: Error & { code?: string }) => this.#protocolError(error.code));
    socket.on('close', () => {
      this.#over = true;
      clearTimeout(this.#deadline);
    });
  }

  refuse(refusal: Refusal): void {
    if (this.#over) return;
    this.#context.refused(refusal, this);
    this.#send([{ type: 'error', code: refusal.code, message: refusal.message }]);
    this.end(closeCode(refusal.code), refusal.code);
  }

  replace(): void {
    this.end(1008, 'replaced by a newer connection of this device');
  }

  end(code: number, reason: string): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#socket.terminate(), this.#context.limits.goodbye);
    this.#socket.close(code, reason);
    // A paused socket would never read the peer's own close frame.
    this.#socket.resume();
  }

  /** Called at every turn of the liveness clock. While we are the slow side, silence is not the peer's fault. */
  checkLiveness(): void {
    if (!this.#alive && !this.#busy) return this.#socket.terminate();
    this.#alive = false;
    this.#socket.ping();
  }

  /** The peer has authenticated: no deadline any more. */
  settle(device: string): void {
    this.device = device;
    clearTimeout(this.#deadline);
  }

  #receive(data: Buffer, binary: boolean): void {
    if (this.#over) return;
    this.#alive = true;
    this.#frames.push({ data, binary });
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    this.#socket.pause();
    for (let frame = this.#frames.shift(); frame && !this.#over; frame = this.#frames.shift()) {
      await this.#answer(frame.data, frame.binary);
      if (this.#conversation.state === 'challenged') this.#await(this.#context.limits.challenge);
    }
    this.#busy = false;
    if (!this.#over) this.#socket.resume();
  }

  async #answer(data: Buffer, binary: boolean): Promise<void> {
    try {
      const reply = await this.#conversation.receive(data, binary);
      if ('code' in reply) this.refuse(reply);
      else this.#send(reply);
    } catch (error) {
      this.#context.broken(error, this);
      this.end(1011, 'internal error');
    }
  }

  #await(time: number): void {
    clearTimeout(this.#deadline);
    if (!this.#over) this.#deadline = setTimeout(() => this.refuse(expired), time);
  }

  #send(messages: readonly CentralMessage[]): void {
    for (const message of messages) this.#socket.send(JSON.stringify(message));
    this.#guardUnread();
  }

  #guardUnread(): void {
    if (this.#socket.bufferedAmount > this.#context.limits.unread) this.#socket.terminate();
  }

  /** ws has already sent the close frame (1002, 1007, 1009) and reads no further. */
  #protocolError(code: string | undefined): void {
    if (this.#over || !code?.startsWith('WS_ERR_')) return;
    this.#over = true;
    const large = code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    this.#context.refused(large ? tooLarge : notWebSocket, this);
  }
}

export const tooLarge: Refusal = {
  code: 'E_FRAME_TOO_LARGE',
  message: 'a frame is larger than this peer may send',
};
const notWebSocket: Refusal = {
  code: 'E_FRAME_MALFORMED',
  message: 'the bytes are not a valid WebSocket frame',
};

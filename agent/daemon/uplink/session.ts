// One connection of an enrolled device: proves the key, sends what waits as soon as it waits, settles what is
// acknowledged. At most WINDOW alerts are on their way at once, so neither side buffers without bound.
import type { WebSocket } from 'ws';
import {
  type CentralMessage,
  challengeBytes,
  type Heartbeat,
  type HostInfo,
  MAX_BATCH,
  PROTOCOL,
} from '../../../schema/wire.ts';
import type { Outbox } from '../outbox/index.ts';
import { converse, type Ended, ended } from './conversation.ts';
import type { DeviceKey } from './device-key.ts';

const WINDOW = 4 * MAX_BATCH;
/** Bytes of alerts in one frame; half of MAX_FRAME, so that one large alert more still fits. */
const MAX_BYTES = 2 * 1024 * 1024;
const HEARTBEAT = 30_000;
/** The central collector answers a batch or a ping within this time, or the connection is dead, ms. */
const PATIENCE = 30_000;

export interface SessionContext {
  readonly device: string;
  readonly key: DeviceKey;
  readonly host: HostInfo;
  readonly outbox: Outbox;
  readonly heartbeat: () => Heartbeat;
  readonly welcomed: () => void;
}

/** Talks until the connection ends; resolves with the reason, never rejects. */
export async function session(socket: WebSocket, context: SessionContext): Promise<Ended> {
  const { outbox } = context;
  const epoch = outbox.epoch ?? '';
  let welcome = false;
  let sent = 0;
  let flying: number[] = [];
  let heard = performance.now();
  let waitingSince: number | undefined;
  let stop: Ended | undefined;

  function say(message: object): void {
    socket.send(JSON.stringify(message));
  }

  function quit(reason: Ended): void {
    stop ??= reason;
    socket.terminate();
  }

  function push(): void {
    if (!welcome) return;
    // The spool began anew (it was damaged, or joined another central collector): so must the session.
    if (outbox.epoch !== epoch) return quit(ended('E_CLOSED', 'the spool began a new epoch'));
    while (flying.length < WINDOW && socket.bufferedAmount < MAX_BYTES) {
      const batch = outbox.waiting(sent, {
        rows: Math.min(MAX_BATCH, WINDOW - flying.length),
        bytes: MAX_BYTES,
      });
      const last = batch.at(-1);
      if (last === undefined) return;
      const items = batch.map(({ seq, body }) => `{"seq":${seq},"alert":${body}}`);
      socket.send(`{"type":"alerts","epoch":${JSON.stringify(epoch)},"items":[${items.join()}]}`);
      flying.push(...batch.map(({ seq }) => seq));
      sent = last.seq;
      waitingSince ??= performance.now();
    }
  }

  function settle(acknowledged: number): void {
    flying = flying.filter((seq) => seq > acknowledged);
    waitingSince = flying.length > 0 ? performance.now() : undefined;
    outbox.acknowledge(acknowledged);
    push();
  }

  function receive(message: CentralMessage): void {
    heard = performance.now();
    if (message.type === 'challenge' && !welcome) {
      const { device, host, key } = context;
      const signature = key.sign(challengeBytes('authenticate', message.nonce, device));
      say({ type: 'authenticate', device, signature, epoch, host });
    } else if (message.type === 'welcome' && !welcome) {
      begin(message.acknowledged);
    } else if (message.type === 'ack' && message.epoch === epoch && message.seq <= sent) {
      settle(message.seq);
    } else if (message.type === 'error' && message.seq !== undefined && flying.includes(message.seq)) {
      flying = flying.filter((seq) => seq !== message.seq);
      outbox.refuse(message.seq);
    } else {
      quit(ended('E_PROTOCOL', `the central collector sent an unexpected ${message.type}`));
    }
  }

  function begin(acknowledged: number): void {
    if (acknowledged > outbox.last) {
      // It has more than we ever numbered: the spool was put back from a copy. Numbers may not be used twice.
      outbox.beginEpoch();
      return quit(ended('E_CLOSED', 'the spool is older than the central store; it begins a new epoch'));
    }
    welcome = true;
    sent = acknowledged;
    context.welcomed();
    say(context.heartbeat());
    settle(acknowledged);
  }

  function beat(): void {
    const now = performance.now();
    if (now - heard > HEARTBEAT + PATIENCE || now - (waitingSince ?? now) > PATIENCE)
      return quit(ended('E_CONNECTION', 'the central collector no longer answers'));
    if (!welcome) return;
    say(context.heartbeat());
    socket.ping();
    push();
  }

  const timer = setInterval(beat, HEARTBEAT).unref();
  const unsubscribe = outbox.onStored(push);
  socket.on('pong', () => (heard = performance.now()));
  socket.once('open', () => say({ type: 'hello', protocol: PROTOCOL, device: context.device }));
  const end = await converse(socket, receive);
  clearInterval(timer);
  unsubscribe();
  return stop ?? end;
}

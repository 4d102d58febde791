// Between `lifeguard central` or `lifeguard up` and the central collector that it runs as a child: Node's IPC channel.
import * as v from 'valibot';
import { centralConfig } from './config.ts';
import { name, text } from './primitives.ts';

export const toCentral = v.variant('type', [
  /** First message. `config.stateDir` must be set: the parent knows where state lives. */
  v.object({ type: v.literal('start'), config: centralConfig, verbose: v.optional(v.boolean(), false) }),
  v.object({ type: v.literal('token') }),
  v.object({ type: v.literal('link') }),
]);
export type ToCentral = v.InferInput<typeof toCentral>;

export const fromCentral = v.variant('type', [
  v.object({ type: v.literal('ready'), agentUrl: text, consoleUrl: text, signInLink: text }),
  /** It could not start and ends. */
  v.object({ type: v.literal('failed'), code: name, message: text }),
  v.object({ type: v.literal('token'), token: text }),
  v.object({ type: v.literal('link'), link: text }),
]);
export type FromCentral = v.InferOutput<typeof fromCentral>;

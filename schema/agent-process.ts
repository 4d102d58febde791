// Between `lifeguard up` and the agent that it runs as a child: Node's IPC channel. Everything else is asked over the
// local API (schema/local.ts), once the agent listens there.
import * as v from 'valibot';
import { agentConfig } from './config.ts';
import { name, path, text } from './primitives.ts';

/** First and only message to the agent. `config.stateDir` must be set: the parent knows where state lives. */
export const toAgent = v.object({
  type: v.literal('start'),
  config: agentConfig,
  /** The file that `config` was read from: the agent follows its changes. */
  configFile: v.optional(path),
  verbose: v.optional(v.boolean(), false),
});
export type ToAgent = v.InferInput<typeof toAgent>;

export const fromAgent = v.variant('type', [
  /** The local API answers at `socket`; sensors are still being armed (`ready` of GET /status says when they are). */
  v.object({ type: v.literal('listening'), socket: path }),
  /** Every available sensor is armed. */
  v.object({ type: v.literal('ready') }),
  /** It could not start and ends. */
  v.object({ type: v.literal('failed'), code: name, message: text }),
]);
export type FromAgent = v.InferOutput<typeof fromAgent>;

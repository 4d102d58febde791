// The shape of the configuration file. Reading it, with line numbers and suggestions, is agent/daemon's and central's work.
import * as v from 'valibot';
import { mode } from './policy.ts';
import { path } from './primitives.ts';

const absolutePath = v.pipe(path, v.regex(/^(\/|[A-Za-z]:[\\/])/, 'must be an absolute path'));

export const agentConfig = v.strictObject({
  mode: v.optional(mode, 'audit'),
  homes: v.optional(v.union([v.literal('auto'), v.array(absolutePath)]), 'auto'),
  projects: v.optional(v.array(absolutePath), []),
  stateDir: v.optional(absolutePath),
  /** Directories with further Sigma rules. */
  rules: v.optional(v.array(absolutePath), []),
  central: v.optional(
    v.strictObject({ url: v.pipe(v.string(), v.regex(/^wss?:\/\//, 'must be a ws:// or wss:// address')) }),
  ),
});
export type AgentConfig = v.InferOutput<typeof agentConfig>;

export const centralConfig = v.strictObject({
  stateDir: v.optional(absolutePath),
  /** Where agents connect (TLS). */
  agents: v.optional(
    v.strictObject({
      host: v.optional(v.string(), '127.0.0.1'),
      port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535)), 7600),
      /** Names and addresses that go into the certificate and into tokens. */
      names: v.optional(v.array(v.string()), ['localhost', '127.0.0.1']),
    }),
    {},
  ),
  /** Where people open the console. */
  console: v.optional(
    v.strictObject({
      host: v.optional(v.string(), '127.0.0.1'),
      port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535)), 7601),
    }),
    {},
  ),
});
export type CentralConfig = v.InferOutput<typeof centralConfig>;

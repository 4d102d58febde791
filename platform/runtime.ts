// How the agent's process is started, wherever that happens: flags and variables that can only be given from outside.

/** Options of Node. One helper thread of V8 instead of four, and a small young generation: together 8 MB less (of 101). */
export const agentFlags: readonly string[] = ['--v8-pool-size=1', '--max-semi-space-size=1'];

/** Two threads for file access instead of four: each keeps memory of its own, and the agent waits for few files at a time. */
export const agentVariables: Readonly<Record<string, string>> = { UV_THREADPOOL_SIZE: '2' };

// Where Lifeguard keeps its state on this machine, and what lies where inside.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The daemon's directory on a machine where it was installed. */
export const SYSTEM_STATE = '/var/lib/lifeguard';

export interface StateDirectoryQuery {
  /** `stateDir` of the configuration file, where there is one. */
  readonly configured?: string | undefined;
  /** A command that talks to a daemon: it looks for the installed one first. */
  readonly client?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** Real user id; -1 where the system has none. */
  readonly uid?: number;
  /** Instead of SYSTEM_STATE. */
  readonly system?: string;
}

/** Absolute path of the state directory. Nothing is created. */
export function stateDirectory(query: StateDirectoryQuery = {}): string {
  const env = query.env ?? process.env;
  const uid = query.uid ?? process.getuid?.() ?? -1;
  if (query.configured) return resolve(query.configured);
  if (env['LIFEGUARD_STATE_DIR']) return resolve(env['LIFEGUARD_STATE_DIR']);
  const system = query.system ?? SYSTEM_STATE;
  if (uid === 0 || (query.client && isListening(agentSocket(system)))) return system;
  // The XDG specification: a relative value is to be ignored.
  const xdg = env['XDG_STATE_HOME'];
  const base = xdg?.startsWith('/') ? xdg : join(env['HOME'] ?? homedir(), '.local', 'state');
  return join(base, 'lifeguard');
}

/** Whether somebody listens at `path`. A daemon that was killed leaves its socket behind, so the file alone says little. */
function isListening(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    return readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .some((line) => line.endsWith(` ${path}`));
  } catch {
    return true; // no Linux
  }
}

/** The local API's socket. */
export function agentSocket(stateDir: string): string {
  return join(stateDir, 'run', 'agent.sock');
}

/** The embedded central collector's own state. */
export function centralState(stateDir: string): string {
  return join(stateDir, 'central');
}

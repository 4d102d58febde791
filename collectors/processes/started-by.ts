// Who began it: a person in a terminal, an IDE, a coding agent, a service. Derived from ancestors alone.
import type { StartedBy } from '../../schema/alert.ts';
import type { Ancestor, ProcessInfo } from '../../schema/process.ts';
import { parseCommand } from './command.ts';
import { hostOf } from './hosts.ts';

const TERMINAL =
  /^(?:sshd(?:-session|-auth)?|login|gnome-terminal-(?:server)?|kgx|ptyxis(?:-agent)?|konsole|xfce4-terminal|xterm|urxvt|rxvt|alacritty|kitty|foot|wezterm-gui|ghostty|terminator|tilix|st|tmux|screen|mosh-server|zellij)$/;
const SERVICE =
  /^(?:systemd|cron|crond|atd|anacron|init|dockerd|containerd-shim(?:-runc-v2)?|runsvdir|supervisord)$/;

/**
 * The nearest ancestor that explains it. A shell at its prompt counts as a terminal, also inside an IDE; a coding agent
 * anywhere above comes first, because it drives terminals too. Pure: the daemon calls it with what an event carries.
 */
export function startedBy({ ancestors }: Pick<ProcessInfo, 'ancestors'>): StartedBy {
  let nearest: StartedBy | undefined;
  let service: StartedBy | undefined;
  for (const ancestor of ancestors) {
    const kind = kindOf(ancestor);
    if (kind === 'coding-agent') return { kind, image: ancestor.image, pid: ancestor.pid };
    if (kind === 'service') service ??= { kind, image: ancestor.image, pid: ancestor.pid };
    else if (kind) nearest ??= { kind, image: ancestor.image, pid: ancestor.pid };
  }
  return nearest ?? service ?? { kind: 'unknown' };
}

function kindOf({ image, commandLine }: Ancestor): StartedBy['kind'] | undefined {
  const command = parseCommand(image, commandLine.split(' '));
  const script = command.scripts.find((word) => word.startsWith('/'));
  // A global command is a link, and the command line shows the link: /usr/bin/claude.
  const host =
    hostOf(image, script, nothing) ?? (script === undefined ? undefined : hostOf(script, undefined, nothing));
  if (host) return host;
  const name = image.slice(image.lastIndexOf('/') + 1);
  if (command.prompt || TERMINAL.test(name)) return 'terminal';
  return SERVICE.test(name) ? 'service' : undefined;
}

/** An event is judged without the laptop's files. */
function nothing(): boolean {
  return false;
}

// What `lifeguard up` says once everything runs: fewer than a dozen lines, the bad news first.
import type { Capability } from '../../../schema/capability.ts';
import type { Status } from '../../../schema/local.ts';
import { colour, printable } from '../terminal.ts';

export interface Welcome {
  readonly status: Status;
  readonly consoleUrl: string;
  readonly signInLink: string;
  /** How a person calls this command: `npx lifeguard`, and its `--config` where one was given. */
  readonly command: readonly [name: string, options: string];
}

/** Lines for a terminal, without line ends. */
export function welcome({ status, consoleUrl, signInLink, command: [name, options] }: Welcome): string[] {
  const { capabilities, host, mode, version } = status;
  const lines = [
    colour('bold', `Lifeguard ${version} is running on ${printable(host)}, in ${mode} mode.`),
    ...blindness(capabilities),
    item('Console', consoleUrl),
    item('Sign in', `${signInLink}  (works once)`),
  ];
  for (const [label, state] of [
    ['Can', 'yes'],
    ['In part', 'degraded'],
    ['Cannot', 'no'],
  ] as const) {
    const names = capabilities.filter((capability) => capability.state === state).map((one) => one.name);
    if (names.length > 0) lines.push(item(label, names.map(printable).join(', ')));
  }
  lines.push(
    item('Try', `${name} simulate lifecycle-ssh-key${options}   in another terminal`),
    item('', `${name} doctor${options}   why something is missing, and what to do`),
    'Ctrl-C ends both.',
  );
  return lines;
}

/** An agent that does not see reads of secrets must not look like one that does. */
function blindness(capabilities: readonly Capability[]): string[] {
  const sight = capabilities.find((capability) => capability.name === 'see secret read');
  if (sight?.state === 'yes') return [];
  const why = sight
    ? `${sight.why}${sight.remedy ? `; ${sight.remedy}` : ''}`
    : 'there is no sensor for this system';
  const what =
    sight?.state === 'degraded' ? 'Some reads of secrets are NOT seen' : 'Reads of secrets are NOT seen';
  return [colour('red', printable(`${what} here: ${why}.`))];
}

function item(label: string, text: string): string {
  return `  ${colour('dim', label.padEnd(8))}  ${text}`;
}

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
    if (names.length > 0) lines.push(...list(label, names.map(printable)));
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

const INDENT = 12;

function item(label: string, text: string): string {
  return `  ${colour('dim', label.padEnd(INDENT - 4))}  ${text}`;
}

/** Names with commas, broken between them at the edge of a terminal. */
function list(label: string, names: readonly string[]): string[] {
  const room = process.stdout.isTTY ? Math.max(process.stdout.columns - INDENT, 30) : Infinity;
  const lines: string[] = [];
  let line = '';
  for (const [index, name] of names.entries()) {
    const word = index < names.length - 1 ? `${name},` : name;
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((text, index) => item(index === 0 ? label : '', text));
}

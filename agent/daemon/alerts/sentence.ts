// What happened, in one sentence: "evil@1.0.1 postinstall read ~/.ssh/id_ed25519 (SSH private key), then connected to
// 203.0.113.9 port 443 four seconds later". Built from redacted events only.
import type { Event, FileEvent } from '../../../schema/event.ts';
import type { PackageRef } from '../../../schema/package.ts';
import { truncate } from '../../../schema/primitives.ts';
import { secretLabel } from './secret-label.ts';

const MAX_SENTENCE = 300;
const MAX_PART = 96;

/**
 * `events` in the order in which they happened, at least one. `suspects` where a project's own runtime acted: the
 * packages that are new enough. At most 300 characters.
 */
export function sentence(events: readonly Event[], suspects?: readonly PackageRef[]): string {
  const [first] = events;
  if (first === undefined) return '';
  const secrets = distinctSecrets(events);
  const told = secrets.length > 1 ? harvest(secrets) + aftermath(events) : story(events);
  const whole = [`${actor(first)} ${told}`, suspicion(suspects)].filter(Boolean).join('; ');
  return truncate(visible(whole), MAX_SENTENCE);
}

/** Who did it: the package and its script, else the program. */
function actor(event: Event): string {
  if (event.kind === 'package') return `${short(event.package.name)}@${event.package.version}`;
  if (event.kind === 'shell') return `${event.user}'s ${event.shell} history`;
  if (event.kind === 'loss') return `the sensor ${event.collector}`;
  const { package: found, process } = event;
  if (found !== undefined && found.confidence !== 'suspect') {
    const version = found.version === '' ? '' : `@${found.version}`;
    return `${short(found.name)}${version}${found.lifecycle === undefined ? '' : ` ${short(found.lifecycle)}`}`;
  }
  if (process === undefined) return 'an unknown process';
  const program = process.image.slice(process.image.lastIndexOf('/') + 1) || 'a process';
  return process.lineage?.project === undefined
    ? `${short(program)} (pid ${process.pid})`
    : `${short(program)} in ${short(process.lineage.project)}`;
}

function story(events: readonly Event[]): string {
  const [first, ...rest] = events;
  const last = rest.findLast((event) => event.kind !== first?.kind) ?? rest.at(-1);
  if (first === undefined) return '';
  if (last === undefined) return deed(first);
  if (last.kind === first.kind) return `${deed(first)} (${events.length} times)`;
  return `${deed(first)}, then ${deed(last)} ${later(first, last)}`;
}

function deed(event: Event): string {
  switch (event.kind) {
    case 'file':
      return fileDeed(event);
    case 'connection': {
      const name = event.hostname === undefined ? '' : ` (${short(event.hostname)})`;
      const verb = event.direction === 'inbound' ? 'took a connection from' : 'connected to';
      const denied = event.verdict === 'denied' ? ', which was denied' : '';
      return `${verb} ${short(event.address)} port ${event.port}${name}${denied}`;
    }
    case 'dns':
      return `looked up ${short(event.query)}`;
    case 'process':
      return event.action === 'exit' ? 'ended' : `ran \`${short(event.process.commandLine)}\``;
    case 'package': {
      const known = event.intel?.[0];
      const place = event.package.project ?? event.package.directory;
      return `was ${event.action} in ${short(place)}${known ? ` and is known as malicious (${short(known.id)})` : ''}`;
    }
    case 'shell':
      return `holds \`${short(event.line)}\``;
    case 'loss':
      break;
  }
  return `lost ${event.lost} events (${short(event.cause)})`;
}

const verbs = {
  open: 'read',
  write: 'wrote',
  create: 'created',
  delete: 'deleted',
  rename: 'renamed',
} as const satisfies Record<FileEvent['action'], string>;

function fileDeed(event: FileEvent): string {
  const { secret, verdict, action } = event;
  const object = `${short(event.path)}${secret === undefined ? '' : ` (${secretLabel(secret)})`}`;
  if (verdict === 'denied') return `tried to ${action} ${object} and was denied`;
  return `${verbs[action]} ${object}`;
}

function harvest(secrets: readonly FileEvent[]): string {
  const denied = secrets.filter(({ verdict }) => verdict === 'denied').length;
  const named = secrets.slice(0, 3).map(({ path }) => short(path));
  const more = secrets.length > named.length ? ` and ${secrets.length - named.length} more` : '';
  const verb = denied === secrets.length ? 'tried to read' : 'read';
  const result = denied === 0 ? '' : `; ${denied} of them denied`;
  return `${verb} ${secrets.length} secrets: ${named.join(', ')}${more}${result}`;
}

/** What a harvest ended in, where that was no further secret. */
function aftermath(events: readonly Event[]): string {
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined || last.kind === 'file') return '';
  return `, then ${deed(last)} ${later(first, last)}`;
}

function distinctSecrets(events: readonly Event[]): FileEvent[] {
  const found = new Map<string, FileEvent>();
  for (const event of events)
    if (event.kind === 'file' && event.secret !== undefined && !found.has(event.path))
      found.set(event.path, event);
  return [...found.values()];
}

function suspicion(suspects: readonly PackageRef[] | undefined): string {
  if (suspects === undefined) return '';
  if (suspects.length === 0) return 'no package of the project is known to be new';
  const named = suspects.slice(0, 3).map(({ name, version }) => `${short(name)}@${version}`);
  const more = suspects.length > named.length ? ` or ${suspects.length - named.length} more` : '';
  return `suspected: ${named.join(', ')}${more}`;
}

/** `within a second`, `4 seconds later`. */
function later(first: Event, last: Event): string {
  const seconds = Math.round((last.monotonic - first.monotonic) / 1e6);
  if (seconds < 1) return 'within a second';
  return seconds === 1 ? 'a second later' : `${seconds} seconds later`;
}

function short(text: string): string {
  return truncate(text, MAX_PART);
}

// oxlint-disable-next-line no-control-regex -- control and reordering characters are what is looked for
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Nothing in a sentence may hide, reorder or break it: attackers choose names. */
function visible(text: string): string {
  return text.toWellFormed().replace(unsafe, '\ufffd');
}

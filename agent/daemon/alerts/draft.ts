// From a match to an alert that can be judged without the laptop: redacted, bounded, told in one sentence.
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { startedBy } from '../../../collectors/processes/started-by.ts';
import type { Match } from '../../../rules/index.ts';
import { type Alert, alert } from '../../../schema/alert.ts';
import type { ConnectionEvent, Event, FileEvent } from '../../../schema/event.ts';
import type { PackageRef } from '../../../schema/package.ts';
import { truncate } from '../../../schema/primitives.ts';
import type { Lineage, ProcessInfo } from '../../../schema/process.ts';
import type { Redactor } from '../enrich/redact.ts';
import { sentence } from './sentence.ts';

/** An alert before anything was done about it. */
export const draftSchema = v.omit(alert, ['response']);
export type Draft = v.InferOutput<typeof draftSchema>;

export interface AlertContext {
  redactor(user: string): Redactor;
  /** Packages that may be behind a project's own runtime; undefined for other classes. */
  suspects(lineage: Lineage, now: number): readonly PackageRef[] | undefined;
}

const MAX_EVIDENCE = 64;
const MAX_EVIDENCE_BYTES = 256 * 1024;
/** Command lines in evidence; the whole tree of them travels with every event. */
const MAX_COMMAND = 4096;
const MAX_ANCESTOR_COMMAND = 512;

export function draftAlert(match: Match, context: AlertContext): Draft {
  const last = match.events.at(-1);
  if (last === undefined) throw new Error(`the match of ${match.rule.id} holds no event`);
  const redactor = context.redactor(last.user);
  const events = match.events.map((event) => slim(redactor.event(event)));
  const secret = events.find(
    (event): event is FileEvent => event.kind === 'file' && event.secret !== undefined,
  );
  const main = secret ?? events.findLast(({ process }) => process !== undefined) ?? events.at(-1) ?? last;
  const raw = match.events[events.indexOf(main)]?.process;
  const lineage = match.events.findLast(({ process }) => process?.lineage)?.process?.lineage;
  const suspects = lineage && context.suspects(lineage, Date.parse(last.time));
  return {
    id: randomUUID(),
    time: last.time,
    level: match.rule.level,
    rule: ruleRef(match),
    summary: sentence(events, suspects),
    ...packages(main, suspects, redactor),
    ...(raw?.lineage && { tree: tree(raw, raw.lineage, redactor) }),
    ...(secret?.secret && { secret: secretOf(secret.secret) }),
    ...(main.process && { process: withoutLineage(main.process) }),
    ...destination(events),
    reasons: match.reasons.slice(0, 64).map((reason) => ({ ...reason, value: redactor.text(reason.value) })),
    evidence: bounded(events),
    host: last.host,
    user: last.user,
  };
}

/** The same alert, but for what an attacker may have made malformed: in its place stands why it is missing. */
export function withoutEvidence({ id, time, level, rule, summary, host, user }: Draft, why: string): Draft {
  const event = {
    kind: 'loss' as const,
    cause: truncate(`malformed evidence: ${why}`, 512),
    lost: 1,
    credentialPath: false,
    time,
    monotonic: 0,
    host,
    user,
    collector: 'agent',
  };
  return { id, time, level, rule, summary, reasons: [], evidence: [event], host, user };
}

function ruleRef({ rule }: Match): Alert['rule'] {
  const { id, title, tactics, techniques, attackVersion } = rule;
  return {
    id: truncate(id, 512),
    title: truncate(title),
    tactics: tactics.slice(0, 32),
    techniques: techniques.slice(0, 32),
    attackVersion: truncate(attackVersion, 512),
  };
}

function packages(
  { package: found }: Event,
  suspects: readonly PackageRef[] | undefined,
  redactor: Redactor,
): Pick<Draft, 'package' | 'suspects'> {
  const redacted = suspects?.slice(0, 16).map((suspect) => redactor.package(suspect));
  const named = found ?? redacted?.[0];
  return { ...(named && { package: named }), ...(redacted && redacted.length > 0 && { suspects: redacted }) };
}

/** From the process as it was: in redacted paths the programs of a home are not recognised. */
function tree(process: ProcessInfo, lineage: Lineage, redactor: Redactor): Draft['tree'] {
  const { image, ...by } = startedBy(process);
  const starter = { ...by, ...(image !== undefined && { image: redactor.path(image) }) };
  return { id: lineage.tree, class: lineage.class, startedBy: starter };
}

function secretOf({ group, kind, tier, path }: NonNullable<FileEvent['secret']>): Draft['secret'] {
  return { group, kind, tier, path };
}

function withoutLineage(process: ProcessInfo): Draft['process'] {
  const { pid, startTime, image, commandLine, workingDirectory, uid, ancestors } = process;
  const known = { pid, startTime, image, commandLine, uid, ancestors };
  return workingDirectory === undefined ? known : { ...known, workingDirectory };
}

function destination(events: readonly Event[]): Pick<Draft, 'destination'> {
  const found = events.findLast(
    (event): event is ConnectionEvent => event.kind === 'connection' && event.direction === 'outbound',
  );
  if (found === undefined) return {};
  const { address, port, hostname } = found;
  return { destination: { address, port, ...(hostname !== undefined && { name: hostname }) } };
}

function slim(event: Event): Event {
  if (event.process === undefined) return event;
  const ancestors = event.process.ancestors.map((ancestor) => ({
    ...ancestor,
    commandLine: truncate(ancestor.commandLine, MAX_ANCESTOR_COMMAND),
  }));
  const commandLine = truncate(event.process.commandLine, MAX_COMMAND);
  return { ...event, process: { ...event.process, commandLine, ancestors } };
}

/** The event that completed the match always; of the others the earliest, as many as fit. */
function bounded(events: readonly Event[]): Event[] {
  const last = events.at(-1);
  if (last === undefined) return [];
  let bytes = size(last);
  const kept: Event[] = [];
  for (const event of events.slice(0, -1)) {
    bytes += size(event);
    if (bytes > MAX_EVIDENCE_BYTES || kept.length >= MAX_EVIDENCE - 1) break;
    kept.push(event);
  }
  return [...kept, last];
}

function size(event: Event): number {
  return Buffer.byteLength(JSON.stringify(event));
}

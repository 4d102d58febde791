// Whether an exception covers a match or an alert. Every part of its scope must hold; an unknown value never does.
import type { Alert } from '../../schema/alert.ts';
import type { Event } from '../../schema/event.ts';
import type { PackageRef } from '../../schema/package.ts';
import { contains, parseAddress, parseNetwork } from '../engine/match/network.ts';
import type { Exception, Subject } from './exception.ts';
import { isInRange } from './range.ts';

export function covers(exception: Exception, subject: Subject): boolean {
  return (
    subject.time <= exception.expires &&
    (exception.rules?.some((name) => subject.rule.includes(name)) ?? true) &&
    coversPackage(exception, subject.package) &&
    coversAll(exception.secrets, subject.secrets, (wanted, given) => wanted === given) &&
    coversAll(exception.destinations, subject.destinations, coversDestination) &&
    coversProject(exception.project, subject.package?.project) &&
    (exception.user === undefined || exception.user === subject.user)
  );
}

function coversPackage({ purl, versions, integrity }: Exception, given: Subject['package']): boolean {
  if (purl === undefined) return true;
  if (!given || given.purl !== purl) return false;
  if (integrity !== undefined && integrity !== given.integrity) return false;
  return versions === undefined || isInRange(given.version, versions);
}

/** Each of what happened must be among what is excepted, and something must have. */
function coversAll(
  wanted: readonly string[] | undefined,
  happened: readonly (readonly string[])[],
  same: (wanted: string, given: string) => boolean,
): boolean {
  if (wanted === undefined) return true;
  return (
    happened.length > 0 &&
    happened.every((names) => names.some((name) => wanted.some((one) => same(one, name))))
  );
}

function coversDestination(wanted: string, given: string): boolean {
  const network = parseNetwork(wanted);
  const address = network && parseAddress(given);
  if (network) return address !== undefined && contains(network, address);
  const [name, host] = [wanted.toLowerCase(), given.toLowerCase()];
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
}

function coversProject(wanted: string | undefined, given: string | undefined): boolean {
  if (wanted === undefined) return true;
  return given !== undefined && (given === wanted || given.startsWith(`${wanted.replace(/\/$/, '')}/`));
}

/** A match in the words of exceptions. Correlated events are taken together. */
export function subjectOfMatch(rule: readonly string[], events: readonly Event[]): Subject {
  const last = events.at(-1);
  const acting = events.findLast(({ package: one }) => one !== undefined)?.package;
  return {
    time: last ? Date.parse(last.time) : 0,
    rule,
    package: packageOf(acting),
    secrets: events.flatMap((event) =>
      event.kind === 'file' && event.secret
        ? [[event.secret.kind, event.secret.group, event.secret.place]]
        : [],
    ),
    destinations: events.flatMap((event) =>
      event.kind === 'connection'
        ? [[event.address, ...(event.hostname === undefined ? [] : [event.hostname])]]
        : event.kind === 'dns'
          ? [[event.query]]
          : [],
    ),
    user: last?.user ?? '',
  };
}

export function subjectOfAlert(alert: Alert): Subject {
  const evidence = subjectOfMatch([alert.rule.id], alert.evidence);
  return {
    ...evidence,
    time: Date.parse(alert.time),
    package: packageOf(alert.package) ?? evidence.package,
    secrets:
      evidence.secrets.length > 0 || !alert.secret
        ? evidence.secrets
        : [[alert.secret.kind, alert.secret.group]],
    user: alert.user,
  };
}

function packageOf(acting: PackageRef | undefined): Subject['package'] {
  if (!acting) return undefined;
  const { purl, version, integrity, project } = acting;
  return { purl: purl.replace(/@[^@/]*$/, ''), version, integrity, project };
}

// Adds to each event what it takes to judge it: the package whose code acted, and what threat intelligence says of one
// that was installed. Order is kept: a judgement over several events depends on it.
import type { Event } from '../../../schema/event.ts';
import type { IntelMatch, PackageRef } from '../../../schema/package.ts';
import type { Packages } from './package.ts';

export interface Enrichment {
  readonly packages: Packages;
  readonly intel: (name: string, version: string) => IntelMatch[];
}

export async function* enrich(events: AsyncIterable<Event>, enrichment: Enrichment): AsyncGenerator<Event> {
  for await (const event of events) yield await enrichOne(event, enrichment);
}

async function enrichOne(event: Event, { packages, intel }: Enrichment): Promise<Event> {
  if (event.kind === 'package') {
    if (event.action === 'removed' || event.intel !== undefined) return event;
    const matches = intel(event.package.name, event.package.version);
    return matches.length === 0 ? event : { ...event, intel: matches };
  }
  const lineage = event.process?.lineage;
  if (lineage === undefined || event.package !== undefined) return event;
  const found = await (lineage.class === 'J' ? firstSuspect(event, packages) : packages.of(lineage));
  return found === undefined ? event : { ...event, package: found };
}

/** Only where a secret was touched: the shortlist costs more than most events are worth. */
async function firstSuspect(event: Event, packages: Packages): Promise<PackageRef | undefined> {
  if (event.kind !== 'file' || event.secret === undefined || !event.process?.lineage) return undefined;
  const now = Date.parse(event.time);
  await packages.prepare(event.process.lineage, now);
  return packages.suspects(event.process.lineage, now)?.[0];
}

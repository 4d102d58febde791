// Whether a version lies in a range of an OSV record, as https://ossf.github.io/osv-schema/#evaluation describes it.
import { compareVersions } from './semver.ts';

export interface RangeEvent {
  readonly introduced?: string | undefined;
  readonly fixed?: string | undefined;
  readonly last_affected?: string | undefined;
}

/** `introduced: "0"` is before every version, also before one that cannot be parsed. */
export function isInRange(version: string, events: readonly RangeEvent[]): boolean {
  let inside = false;
  for (const event of [...events].sort(byVersion)) {
    if (event.introduced !== undefined && isAtLeast(version, event.introduced)) inside = true;
    if (event.fixed !== undefined && isAtLeast(version, event.fixed)) inside = false;
    if (event.last_affected !== undefined && isAfter(version, event.last_affected)) inside = false;
  }
  return inside;
}

function isAtLeast(version: string, bound: string): boolean {
  return bound === '0' || (compareVersions(version, bound) ?? -1) >= 0;
}

function isAfter(version: string, bound: string): boolean {
  return (compareVersions(version, bound) ?? 1) > 0;
}

function byVersion(a: RangeEvent, b: RangeEvent): number {
  return compareBounds(boundOf(a), boundOf(b));
}

function boundOf(event: RangeEvent): string {
  return event.introduced ?? event.fixed ?? event.last_affected ?? '0';
}

function compareBounds(a: string, b: string): number {
  if (a === '0' || b === '0') return Number(b === '0') - Number(a === '0');
  return compareVersions(a, b) ?? 0;
}

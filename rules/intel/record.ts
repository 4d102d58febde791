// An OSV record as far as it matters here. Records come from strangers: every length and count is bounded.
import * as v from 'valibot';
import type { RangeEvent } from './range.ts';

/** The longest record that is read, in bytes; the longest published one of malicious packages is far below. */
export const MAX_RECORD = 4 * 1024 * 1024;
const MAX_AFFECTED = 1_000;
const MAX_VERSIONS = 20_000;
const MAX_RANGES = 200;

const short = v.pipe(v.string(), v.maxLength(512));
const bound = v.optional(short);

const osv = v.object({
  id: v.pipe(v.string(), v.regex(/^[!-~]{1,200}$/)),
  summary: v.optional(v.string()),
  details: v.optional(v.string()),
  modified: v.optional(short, ''),
  withdrawn: v.nullish(short),
  affected: v.pipe(
    v.array(
      v.object({
        package: v.object({ ecosystem: short, name: short }),
        versions: v.nullish(v.pipe(v.array(short), v.maxLength(MAX_VERSIONS))),
        ranges: v.nullish(
          v.pipe(
            v.array(
              v.object({
                type: short,
                events: v.pipe(
                  v.array(v.object({ introduced: bound, fixed: bound, last_affected: bound })),
                  v.maxLength(MAX_RANGES),
                ),
              }),
            ),
            v.maxLength(MAX_RANGES),
          ),
        ),
      }),
    ),
    v.maxLength(MAX_AFFECTED),
  ),
  database_specific: v.optional(v.unknown()),
});

export interface AffectedPackage {
  readonly name: string;
  readonly versions: readonly string[];
  readonly ranges: readonly (readonly RangeEvent[])[];
}

export interface IntelRecord {
  readonly id: string;
  /** One line, without control characters. */
  readonly summary: string;
  /** Who published it: `ossf`, `leitwacht`, … or the prefix of the id. */
  readonly source: string;
  readonly modified: string;
  readonly withdrawn: boolean;
  /** npm packages only. */
  readonly affected: readonly AffectedPackage[];
}

export type RecordProblem = 'not-json' | 'not-osv' | 'other-ecosystem';

/** One OSV record from its JSON text, or why it is none that concerns npm. */
export function parseRecord(json: string): IntelRecord | RecordProblem {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return 'not-json';
  }
  const parsed = v.safeParse(osv, value);
  if (!parsed.success) return 'not-osv';
  const { id, summary, details, modified, withdrawn, affected, database_specific: extra } = parsed.output;
  const npm = affected.filter((entry) => entry.package.ecosystem.split(':', 1)[0] === 'npm');
  if (npm.length === 0) return 'other-ecosystem';
  return {
    id,
    summary: oneLine(summary ?? details ?? id),
    source: sourceOf(id, extra),
    modified,
    withdrawn: typeof withdrawn === 'string',
    affected: npm.map((entry) => ({
      name: entry.package.name,
      versions: entry.versions ?? [],
      ranges: (entry.ranges ?? []).filter((range) => range.type !== 'GIT').map((range) => range.events),
    })),
  };
}

function sourceOf(id: string, extra: unknown): string {
  const named = v.safeParse(v.object({ source: v.pipe(v.string(), v.maxLength(128)) }), extra);
  return named.success ? oneLine(named.output.source) : (id.split(/[-:]/, 1)[0] ?? id).toLowerCase();
}

/** Text of strangers ends on a terminal and in a web page: control and direction characters go, the length is cut. */
function oneLine(text: string): string {
  return text
    .slice(0, 400)
    .replace(/[\p{Cc}\p{Cf}\p{Z}]+/gu, ' ')
    .trim();
}

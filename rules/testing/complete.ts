// The events beside a rule say only what matters; what every event must have is filled in here.
import * as v from 'valibot';
import { event, type Event } from '../../schema/event.ts';

const START = Date.UTC(2026, 0, 1);

/** Fills in what every event must have. Events follow one another by a second unless they tell their time. */
export function completeEvent(partial: Readonly<Record<string, unknown>>, index: number): Event | string {
  const time =
    typeof partial['time'] === 'string' ? partial['time'] : new Date(START + index * 1000).toISOString();
  const full = {
    monotonic: (Date.parse(time) - START) * 1000,
    host: 'laptop',
    user: 'dev',
    collector: 'test',
    ...partial,
    ...(partial['kind'] === 'dns' ? { type: 'A', answers: [], ...partial } : {}),
    time,
    ...completed('process', partial, {
      pid: 4000,
      startTime: time,
      image: '/usr/bin/node',
      commandLine: 'node',
      uid: 1000,
      ancestors: [],
    }),
    ...completed('package', partial, {
      dependencyPath: [],
      confidence: 'exact',
      directory: '/home/dev/project',
    }),
  };
  const withDetails = { ...full, ...completeDetails(full, time) };
  const parsed = v.safeParse(event, withDetails);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  return `event ${index + 1}: ${v.getDotPath(issue) ?? 'kind'}: ${issue.message}`;
}

function completed(
  key: string,
  partial: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const given = partial[key];
  return typeof given === 'object' && given !== null ? { [key]: { ...defaults, ...given } } : {};
}

/** Defaults inside a process and a package that depend on what is given. */
function completeDetails(
  full: Readonly<Record<string, unknown>>,
  time: string,
): Readonly<Record<string, unknown>> {
  const details: Record<string, unknown> = {};
  const { process, package: pack, secret, path } = full;
  if (isRecord(process)) {
    const ancestors = Array.isArray(process['ancestors']) ? process['ancestors'] : [];
    const lineage = isRecord(process['lineage'])
      ? { lineage: { tree: 'tree-1', via: 'environment', ...process['lineage'] } }
      : {};
    const filled = ancestors.map((one: unknown, depth) => ({
      pid: 3999 - depth,
      startTime: time,
      commandLine: '',
      ...(isRecord(one) ? one : {}),
    }));
    details['process'] = { ...process, ...lineage, ancestors: filled };
  }
  if (isRecord(pack))
    details['package'] = { purl: `pkg:npm/${String(pack['name'])}@${String(pack['version'])}`, ...pack };
  if (isRecord(secret))
    details['secret'] = {
      path,
      group: 'ssh',
      kind: 'private-key',
      tier: 'A',
      expectedReader: false,
      ...secret,
    };
  return details;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// What the rules that come with Lifeguard say of the events of a sensor, which carry no package until they are enriched.
import { builtinRules, loadDetector } from '../../../rules/index.ts';
import type { Event } from '../../../schema/event.ts';
import { compareLevels } from '../../../schema/primitives.ts';

export interface Finding {
  readonly title: string;
  readonly packageName: string | undefined;
}

/** Findings of medium and above about files, in order. */
export async function judged(events: readonly Event[]): Promise<readonly Finding[]> {
  const detector = await loadDetector([builtinRules]);
  return events
    .filter(({ kind }) => kind === 'file')
    .flatMap((event) =>
      detector.detect(withPackage(event)).map(({ rule }) => ({
        title: rule.title,
        level: rule.level,
        packageName: event.process?.lineage?.packageName,
      })),
    )
    .filter(({ level }) => compareLevels(level, 'medium') >= 0);
}

function withPackage(event: Event): Event {
  const lineage = event.process?.lineage;
  const { packageName: name, packageVersion: version, packageDirectory: directory } = lineage ?? {};
  if (name === undefined || directory === undefined || event.kind === 'package') return event;
  const found = {
    name,
    version: version ?? '',
    purl: `pkg:npm/${name}`,
    directory,
    dependencyPath: [],
    confidence: 'exact' as const,
    ...(lineage?.lifecycle !== undefined && { lifecycle: lineage.lifecycle }),
    ...(lineage?.project !== undefined && { project: lineage.project }),
  };
  return { ...event, package: found };
}

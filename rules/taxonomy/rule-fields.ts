// Rules in another taxonomy than Sigma's: their field names in Sigma's words.
import { ecs } from './ecs.ts';
import { ocsf } from './ocsf.ts';

const pipelines = new Map(Object.entries({ ecs, ocsf }));

/** Other taxonomy's field → ours; a field that has no other name keeps its own. */
export function ruleTaxonomy(name: string): ((field: string) => string) | undefined {
  const pipeline = pipelines.get(name);
  if (!pipeline) return undefined;
  const names = new Map<string, string>();
  for (const { fields } of pipeline.kinds)
    for (const [ours, theirs] of Object.entries(fields))
      for (const their of typeof theirs === 'string' ? [theirs] : theirs)
        if (!names.has(their)) names.set(their, ours);
  return (field) => names.get(field) ?? field;
}

// The shapes of recorded events that can be replayed.
import { safeParse } from 'valibot';
import { event } from '../../schema/event.ts';
import type { EngineEvent } from '../engine/event.ts';
import { ecs } from '../taxonomy/ecs.ts';
import { flatEvent } from '../taxonomy/flat.ts';
import { NativeEvent } from '../taxonomy/native.ts';
import { ocsf } from '../taxonomy/ocsf.ts';
import { compilePipeline } from '../taxonomy/pipeline.ts';
import { windowsEvent } from '../taxonomy/windows.ts';

export const formats = ['native', 'flat', 'evtx-json', 'ecs', 'ocsf'] as const;
export type Format = (typeof formats)[number];

const pipelines = { ecs: compilePipeline(ecs), ocsf: compilePipeline(ocsf) };

/** The event, or what keeps the value from being one. */
export function readEvent(value: unknown, format: Format): EngineEvent | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not a JSON object';
  if (format === 'flat') return flatEvent(value as Readonly<{ [name: string]: unknown }>);
  if (format === 'ecs' || format === 'ocsf') return pipelines[format](value);
  if (format === 'evtx-json') return windowsEvent(value) ?? 'no Event.System: not an event record';
  const parsed = safeParse(event, value);
  if (parsed.success) return new NativeEvent(parsed.output);
  const [issue] = parsed.issues;
  const where = issue.path?.map(({ key }) => String(key)).join('.') ?? 'kind';
  return `not an event: ${where}: expected ${issue.expected ?? 'another value'}`;
}

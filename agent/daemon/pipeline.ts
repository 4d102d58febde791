// The architecture in twenty lines: what the sensors observe is enriched, judged, acted upon and kept until the central
// collector has it. Nothing upstream waits for the disk or the network: `put` commits what one turn brought together.
import type { Collector } from '../../collectors/collector.ts';
import type { Detector } from '../../rules/index.ts';
import type { Alerts } from './alerts/index.ts';
import { enrich, type Enrichment } from './enrich/index.ts';
import { merge } from './merge.ts';
import type { Outbox } from './outbox/index.ts';
import { respond } from './respond/index.ts';

export interface Pipeline {
  readonly collectors: readonly Collector[];
  readonly enrichment: Enrichment;
  /** The rules of this moment: they may be replaced while events flow. */
  readonly detector: () => Detector;
  readonly alerts: Alerts;
  readonly outbox: Outbox;
  readonly failed: (collector: Collector, error: unknown) => void;
}

/** Runs until the signal aborts or every sensor has ended. */
export async function run(pipeline: Pipeline, signal: AbortSignal): Promise<void> {
  const { collectors, enrichment, detector, alerts, outbox, failed } = pipeline;
  for await (const event of enrich(merge(collectors, signal, failed), enrichment)) {
    for (const match of detector().detect(event)) {
      for (const draft of alerts.raise(match)) {
        void outbox.put(await respond(draft));
      }
    }
  }
}

/** What is due without a new event: the account of a minute with more alerts than are reported singly. */
export async function tellDue({ alerts, outbox }: Pick<Pipeline, 'alerts' | 'outbox'>): Promise<void> {
  for (const draft of alerts.due()) await outbox.put(await respond(draft));
}

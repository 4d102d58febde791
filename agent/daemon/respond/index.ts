// What is done about an alert. A responder acts and says what it did; it never decides whether something is an alert.
// The first that did something speaks for all; `record` is the last and always speaks.
import type { Alert, Response } from '../../../schema/alert.ts';
import type { Draft } from '../alerts/draft.ts';
import { record } from './record.ts';

export interface Responder {
  readonly name: string;
  /** What it did; undefined when there was nothing for it to do. */
  respond(draft: Draft): Promise<Response | undefined>;
}

export const responders: readonly Responder[] = [record];

export async function respond(draft: Draft): Promise<Alert> {
  for (const responder of responders) {
    const response = await responder.respond(draft);
    if (response !== undefined) return { ...draft, response };
  }
  return { ...draft, response: { action: 'observed', detail: 'recorded; nothing was stopped' } };
}

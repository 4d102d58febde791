// Records what the sensor did while it held the open. `denied` only where every open in the evidence was refused:
// one that got through means that the secret is out.
import type { Response } from '../../../schema/alert.ts';
import type { Event, FileEvent } from '../../../schema/event.ts';
import type { Responder } from './index.ts';

export const record: Responder = {
  name: 'record',
  respond: ({ evidence }) => Promise.resolve(responseTo(evidence)),
};

function responseTo(evidence: readonly Event[]): Response {
  const opens = evidence.filter(
    (event): event is FileEvent => event.kind === 'file' && event.secret !== undefined,
  );
  const denied = opens.filter(({ verdict }) => verdict === 'denied').length;
  if (denied > 0 && denied === opens.length)
    return { action: 'denied', detail: `the kernel refused ${opensOf(denied)}; nothing was read` };
  if (denied > 0)
    return {
      action: 'observed',
      detail: `${denied} of ${opensOf(opens.length)} refused; treat the others as read`,
    };
  if (opens.some(({ verdict }) => verdict === 'would-deny'))
    return {
      action: 'observed',
      detail: 'audit mode: the open was allowed; protect mode would have refused it',
    };
  return { action: 'observed', detail: 'recorded; nothing was stopped' };
}

function opensOf(count: number): string {
  return count === 1 ? 'the open' : `${count} opens`;
}

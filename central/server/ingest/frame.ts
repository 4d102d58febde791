// What a peer sent, proven to be a message of the protocol or refused. Nothing of it is echoed.
import * as v from 'valibot';
import { alert, type Alert } from '../../../schema/alert.ts';
import { truncate } from '../../../schema/primitives.ts';
import { agentFrame, type AgentFrame } from '../../../schema/wire.ts';
import type { Refusal } from './refusal.ts';

export type AlertsFrame = Extract<AgentFrame, { type: 'alerts' }>;

export function parseFrame(data: Buffer, binary: boolean): AgentFrame | Refusal {
  if (binary) return malformed('a frame must be text');
  let json: unknown;
  try {
    json = JSON.parse(data.toString('utf8'));
  } catch {
    return malformed('a frame must be one JSON value');
  }
  const parsed = v.safeParse(agentFrame, json, { abortEarly: true });
  return parsed.success
    ? parsed.output
    : malformed(`not a message of the protocol at ${where(parsed.issues[0])}`);
}

export interface SortedAlerts {
  readonly accepted: { readonly seq: number; readonly alert: Alert }[];
  readonly refused: { readonly seq: number; readonly reason: string }[];
}

/** Validates each alert by itself, so that a bad one does not hold up the others. */
export function sortAlerts(items: AlertsFrame['items']): SortedAlerts {
  const sorted: SortedAlerts = { accepted: [], refused: [] };
  for (const { seq, alert: unproven } of items) {
    const parsed = v.safeParse(alert, unproven, { abortEarly: true });
    if (parsed.success) sorted.accepted.push({ seq, alert: parsed.output });
    else sorted.refused.push({ seq, reason: `not a valid alert at ${where(parsed.issues[0])}` });
  }
  return sorted;
}

function malformed(message: string): Refusal {
  return { code: 'E_FRAME_MALFORMED', message };
}

/** Place and kind of a problem; valibot's own message would quote the value. Keys of a record are the peer's own words. */
function where(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map((item) => String(item.key).replace(/[^\w-]/g, '?')).join('.');
  return truncate(`${path || 'the top'} (${issue.type})`, 200);
}

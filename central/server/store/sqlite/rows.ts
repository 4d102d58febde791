import type { Alert } from '../../../../schema/alert.ts';
import type { AlertRow } from '../../../../schema/api.ts';
import { level } from '../../../../schema/primitives.ts';

export type Row = Readonly<Record<string, string | number | null>>;

/** The largest part of an alert that a search looks at, UTF-16 units. */
const SEARCHED = 2000;

/** The columns of an alert, as `alertColumns` fills them. */
export const columns = [
  'device',
  'epoch',
  'seq',
  'id',
  'time',
  'received',
  'level',
  'rule_id',
  'rule_title',
  'summary',
  'host',
  'user',
  'tree',
  'purl',
  'package_name',
  'package_version',
  'secret_kind',
  'secret_path',
  'action',
  'search',
] as const;

interface Arrival {
  readonly device: string;
  readonly epoch: string;
  readonly seq: number;
  readonly received: string;
}

export function alertColumns(
  arrival: Arrival,
  alert: Alert,
): Record<(typeof columns)[number], string | number | null> {
  return {
    ...arrival,
    id: alert.id,
    time: alert.time,
    level: level.options.indexOf(alert.level),
    rule_id: alert.rule.id,
    rule_title: alert.rule.title,
    summary: alert.summary,
    host: alert.host,
    user: alert.user,
    tree: alert.tree?.id ?? null,
    purl: alert.package?.purl ?? null,
    package_name: alert.package?.name ?? null,
    package_version: alert.package?.version ?? null,
    secret_kind: alert.secret?.kind ?? null,
    secret_path: alert.secret?.path ?? null,
    action: alert.response.action,
    search: searchText(alert),
  };
}

function searchText(alert: Alert): string {
  const { host, user, rule, secret, summary } = alert;
  const parts = [
    host,
    user,
    rule.id,
    rule.title,
    alert.package?.purl,
    alert.package?.name,
    secret?.path,
    summary,
  ];
  return parts.filter(Boolean).join('\n').toLowerCase().slice(0, SEARCHED);
}

export function alertRow(row: Row): AlertRow {
  const text = (column: string): string => String(row[column]);
  return {
    position: Number(row['position']),
    device: text('device'),
    id: text('id'),
    time: text('time'),
    received: text('received'),
    level: level.options[Number(row['level'])] ?? 'informational',
    rule: { id: text('rule_id'), title: text('rule_title') },
    summary: text('summary'),
    host: text('host'),
    user: text('user'),
    ...(row['purl'] !== null && {
      package: { name: text('package_name'), version: text('package_version'), purl: text('purl') },
    }),
    ...(row['secret_path'] !== null && { secret: { kind: text('secret_kind'), path: text('secret_path') } }),
    // Written from a validated alert.
    action: text('action') as AlertRow['action'],
  };
}

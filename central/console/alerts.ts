// The live list: a page of the newest, what the stream adds on top, older pages below.
import type { AlertPage, AlertRow } from '../../schema/api.ts';
import { get } from './api.ts';
import { failed } from './failure.ts';
import { plain } from './inert.ts';
import { changed, type Filter, state } from './state.ts';

/** Rows that the page keeps; the oldest give way and can be fetched again. */
const KEPT = 1000;
const levels: readonly AlertRow['level'][] = ['informational', 'low', 'medium', 'high', 'critical'];

let asking: AbortController | undefined;
let last: Promise<void> | undefined;

/** Fetches the newest page for the filter. The rows on screen stay until it is there. */
export function loadAlerts(): Promise<void> {
  last = load();
  return last;
}

/** Resolves when the list has been asked for and answered once, whichever view was opened first. */
export function ensureAlerts(): Promise<void> {
  return last ?? loadAlerts();
}

async function load(): Promise<void> {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const page = await get<AlertPage>(`/api/alerts?${query()}`, signal);
    const shown = state.list.state === 'ready' ? state.list.value.rows : [];
    // What the stream brought while the answer was on its way.
    const newer = shown.filter((row) => row.position > page.latest && matches(row, state.filter));
    state.list = { state: 'ready', value: { rows: [...newer, ...page.alerts], next: page.next } };
    state.position = Math.max(state.position, page.latest);
  } catch (error) {
    if (!signal.aborted) failed(error, (reason) => (state.list = { state: 'failed', reason }));
  }
  changed();
}

export async function loadOlder(): Promise<void> {
  if (state.list.state !== 'ready' || state.list.value.next === undefined || state.loadingOlder) return;
  const before = state.list.value.next;
  state.loadingOlder = true;
  changed();
  try {
    const page = await get<AlertPage>(`/api/alerts?${query()}&before=${before}`);
    // A filter that changed meanwhile has its own list.
    if (state.list.state === 'ready' && state.list.value.next === before)
      state.list = {
        state: 'ready',
        value: { rows: [...state.list.value.rows, ...page.alerts], next: page.next },
      };
  } catch (error) {
    failed(error, (reason) => (state.list = { state: 'failed', reason }));
  }
  state.loadingOlder = false;
  changed();
}

export function arrived(row: AlertRow): void {
  if (row.position <= state.position) return;
  state.position = row.position;
  if (state.fresh.size >= KEPT) state.fresh.clear();
  state.fresh.add(row.position);
  state.announcement = `${row.level} alert: ${plain(row.summary)}`;
  changed();
  if (state.list.state !== 'ready' || !matches(row, state.filter)) return;
  const { rows, next } = state.list.value;
  const kept = [row, ...rows].slice(0, KEPT);
  state.list = {
    state: 'ready',
    value: { rows: kept, next: kept.length > rows.length ? next : kept.at(-1)?.position },
  };
}

function query(): string {
  const { level, q } = state.filter;
  return new URLSearchParams({
    limit: '100',
    ...(level !== 'informational' && { level }),
    ...(q && { q }),
  }).toString();
}

/** The server's own test, on what a row shows. */
function matches(row: AlertRow, { level, q }: Filter): boolean {
  if (levels.indexOf(row.level) < levels.indexOf(level)) return false;
  const parts = [
    row.host,
    row.user,
    row.rule.id,
    row.rule.title,
    row.package?.purl,
    row.secret?.path,
    row.summary,
  ];
  return parts.join('\n').toLowerCase().includes(q.toLowerCase());
}

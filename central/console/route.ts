// Where the page is: addresses, and what must be fetched for them.
import type { AlertDocument, AlertRow, DevicePage, Me } from '../../schema/api.ts';
import { ensureAlerts, loadAlerts } from './alerts.ts';
import { get } from './api.ts';
import { failed, showSignIn } from './failure.ts';
import { sessionKey, signIn } from './session.ts';
import { changed, type Filter, type Place, state } from './state.ts';

const levels: ReadonlySet<string> = new Set(['informational', 'low', 'medium', 'high', 'critical']);

/** Goes to an address of this page. */
export function go(address: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(undefined, '', address);
  else history.replaceState(undefined, '', address);
  arrive();
}

/** Shows what the address bar says. */
export function arrive(): void {
  const place = placeOf(location.pathname);
  if (place.name === 'sign-in') return enter();
  if (sessionKey() === undefined) return showSignIn();
  const before = state.place.name;
  state.place = place;
  state.copied = false;
  if (place.name === 'alerts') showAlerts(before);
  if (place.name === 'alert') void loadAlert(place.device, place.id);
  if (place.name === 'devices') void loadDevices();
  changed();
}

export async function loadDevices(): Promise<void> {
  try {
    const [page, me] = await Promise.all([get<DevicePage>('/api/devices'), get<Me>('/api/me')]);
    state.devices = { state: 'ready', value: { ...page, me } };
  } catch (error) {
    failed(error, (reason) => (state.devices = { state: 'failed', reason }));
  }
  changed();
}

function placeOf(path: string): Place {
  const [, device, id] = /^\/alerts\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (device !== undefined && id !== undefined)
    return { name: 'alert', device: decodeURIComponent(device), id: decodeURIComponent(id) };
  if (path === '/devices') return { name: 'devices' };
  return { name: path === '/sign-in' ? 'sign-in' : 'alerts' };
}

function showAlerts(before: Place['name']): void {
  const filter = filterOf(new URLSearchParams(location.search));
  const same = filter.level === state.filter.level && filter.q === state.filter.q;
  state.filter = filter;
  if (before !== 'alerts') state.fresh.clear();
  if (!same || before === 'sign-in' || state.list.state === 'failed') void loadAlerts();
  else void ensureAlerts();
}

function filterOf(query: URLSearchParams): Filter {
  const level = query.get('level') ?? '';
  return {
    level: levels.has(level) ? (level as AlertRow['level']) : 'informational',
    q: query.get('q') ?? '',
  };
}

async function loadAlert(device: string, id: string): Promise<void> {
  state.alert = { state: 'loading' };
  const path = `/api/alerts/${encodeURIComponent(device)}/${encodeURIComponent(id)}`;
  try {
    const value = await get<AlertDocument>(path);
    if (state.place.name === 'alert' && state.place.id === id) state.alert = { state: 'ready', value };
  } catch (error) {
    failed(error, (reason) => (state.alert = { state: 'failed', reason }));
  }
  changed();
}

/** The token leaves the address bar, and with it the history, before anything else happens. */
function enter(): void {
  const token = location.hash.slice(1);
  history.replaceState(undefined, '', '/sign-in');
  if (token === '') return sessionKey() === undefined ? showSignIn() : go('/', 'replace');
  signIn(token).then(
    (done) => (done ? go('/', 'replace') : showSignIn('This sign-in link was used before, or has expired.')),
    () => showSignIn('The central collector does not answer.'),
  );
}

// The console's page: draws the state, follows the stream, answers keys and links.
import { html, render } from 'lit-html';
import { arrived, ensureAlerts, loadAlerts } from './alerts.ts';
import { showSignIn } from './failure.ts';
import { onKey } from './keys.ts';
import { plain } from './inert.ts';
import { arrive, go, loadDevices } from './route.ts';
import { sessionKey } from './session.ts';
import { changed, drawWith, state } from './state.ts';
import { follow } from './stream.ts';
import { alertView } from './view/alert.ts';
import { devicesView } from './view/devices.ts';
import { listView } from './view/list.ts';
import { shell } from './view/shell.ts';
import { signInView } from './view/sign-in.ts';

const root = document.querySelector<HTMLElement>('#app');

const views = { alerts: listView, alert: alertView, devices: devicesView, 'sign-in': signInView } as const;

let drawnPlace = '';
let following: AbortController | undefined;

function draw(): void {
  if (!root) return;
  render(html`${shell(views[state.place.name]())}`, root);
  document.title = title();
  const place = JSON.stringify(state.place);
  if (place !== drawnPlace && drawnPlace !== '')
    document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  if (place !== drawnPlace && state.place.name === 'alert') scrollTo(0, 0);
  drawnPlace = place;
  followWhileSignedIn();
}

function title(): string {
  if (state.place.name === 'alert' && state.alert.state === 'ready')
    return `${plain(state.alert.value.alert.summary).slice(0, 120)} · Lifeguard`;
  return {
    alerts: 'Alerts · Lifeguard',
    alert: 'Alert · Lifeguard',
    devices: 'Devices · Lifeguard',
    'sign-in': 'Lifeguard',
  }[state.place.name];
}

/** The stream goes on from the newest position, so it waits for the first page of the list. */
function followWhileSignedIn(): void {
  if (sessionKey() === undefined) {
    following?.abort();
    following = undefined;
    return;
  }
  if (following) return;
  following = new AbortController();
  const { signal } = following;
  void ensureAlerts().then(() =>
    follow(
      {
        position: () => state.position,
        open: () => {
          setLive('live');
          if (state.list.state === 'failed') void loadAlerts();
        },
        alert: arrived,
        devices: () => void (state.place.name === 'devices' && loadDevices()),
        reload: () => void loadAlerts(),
        lost: () => setLive('lost'),
        signedOut: () => showSignIn('Your session has ended.'),
      },
      signal,
    ),
  );
}

function setLive(live: typeof state.live): void {
  state.live = live;
  changed();
}

/** Links of this page are followed without loading it anew. */
function onClick(event: MouseEvent): void {
  if (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  )
    return;
  const link = (event.target as Element | null)?.closest('a[href^="/"]');
  if (!link) return;
  event.preventDefault();
  go(link.getAttribute('href') ?? '/');
}

drawWith(draw);
document.addEventListener('click', onClick);
document.addEventListener('keydown', onKey);
window.addEventListener('popstate', arrive);
// Another tab signed in or out.
window.addEventListener('storage', arrive);
// "12 sec. ago" becomes 27.
setInterval(changed, 15_000);
arrive();

import { html, nothing, type TemplateResult } from 'lit-html';
import { signOut } from '../api.ts';
import { showSignIn } from '../failure.ts';
import { state } from '../state.ts';

const words = { connecting: 'Connecting', live: 'Live', lost: 'Reconnecting' } as const;

/** The frame around every view. */
export function shell(view: TemplateResult): TemplateResult {
  const { place } = state;
  const current = (names: readonly string[]) => (names.includes(place.name) ? 'page' : nothing);
  return html`
    <a class="skip" href="#main">Skip to the content</a>
    <header class="bar">
      <a class="mark" href="/"><img src="/console/icon.svg" alt="" width="24" height="24" />Lifeguard</a>
      ${
        place.name === 'sign-in'
          ? nothing
          : html`
            <nav aria-label="Main">
              <a href="/" aria-current=${current(['alerts', 'alert'])}>Alerts</a>
              <a href="/devices" aria-current=${current(['devices'])}>Devices</a>
            </nav>
            <span class="live ${state.live}" role="status"><i></i><span>${words[state.live]}</span></span>
            <button class="quiet" @click=${leave}>Sign out</button>
          `
      }
    </header>
    <main id="main" tabindex="-1">${view}</main>
    <p class="visually-hidden" aria-live="polite">${state.announcement}</p>
  `;
}

function leave(): void {
  signOut().then(
    () => showSignIn(),
    () => showSignIn(),
  );
}

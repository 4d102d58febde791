import { html, nothing, type TemplateResult } from 'lit-html';
import { state } from '../state.ts';

export function signInView(): TemplateResult {
  const problem = state.place.name === 'sign-in' ? state.place.problem : undefined;
  return html`
    <section class="alone">
      <h1 tabindex="-1">Sign in</h1>
      ${problem === undefined ? nothing : html`<p class="problem" role="alert">${problem}</p>`}
      <p>You come in by a link that works once. On the machine where the central collector runs, print a fresh one:</p>
      <pre class="command"><code>npx lifeguard central link</code></pre>
    </section>
  `;
}

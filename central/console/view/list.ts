import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { AlertRow } from '../../../schema/api.ts';
import { loadOlder } from '../alerts.ts';
import { day } from '../moment.ts';
import { go } from '../route.ts';
import { state } from '../state.ts';
import { actionTag, exact, failure, levelTag, said, waiting, when } from './part.ts';

const leastLevels = [
  ['informational', 'All'],
  ['medium', 'Medium +'],
  ['high', 'High +'],
  ['critical', 'Critical'],
] as const;

export function listView(): TemplateResult {
  return html`
    <h1 tabindex="-1" class="visually-hidden">Alerts</h1>
    <form class="filters" role="search" @submit=${(event: Event) => event.preventDefault()}>
      <input
        type="search"
        name="q"
        placeholder="Package, host, user, path …"
        aria-label="Search alerts"
        aria-keyshortcuts="/"
        maxlength="200"
        autocomplete="off"
        spellcheck="false"
        .value=${state.filter.q}
        @input=${onSearch}
      />
      <fieldset>
        <legend class="visually-hidden">Least level</legend>
        ${leastLevels.map(
          ([level, word]) => html`<label>
            <input
              type="radio"
              name="level"
              value=${level}
              .checked=${state.filter.level === level}
              @change=${() => filter({ level })}
            /><span>${word}</span></label
          >`,
        )}
      </fieldset>
    </form>
    ${body()}
  `;
}

function body(): TemplateResult {
  const { list } = state;
  if (list.state === 'loading') return waiting();
  if (list.state === 'failed') return failure(list.reason);
  const { rows, next } = list.value;
  if (rows.length === 0 && next === undefined) return isFiltered() ? noMatch() : empty();
  return html`
    <div class="list">
      ${repeat(days(rows), ([name]) => name, dayView)}
    </div>
    <p class="below">
      ${
        next === undefined
          ? html`<span>That is all.</span>`
          : html`<button @click=${() => void loadOlder()} ?disabled=${state.loadingOlder}>
            ${isFiltered() ? 'Search further back' : 'Show older'}
          </button>`
      }
      <span class="keys"><kbd>j</kbd> <kbd>k</kbd> move · <kbd>Enter</kbd> open · <kbd>/</kbd> search</span>
    </p>
  `;
}

/** Rows by the day on which they arrived; that is also their order. */
function days(rows: readonly AlertRow[]): [string, AlertRow[]][] {
  const found: [string, AlertRow[]][] = [];
  const now = new Date();
  for (const row of rows) {
    const name = day(row.received, now);
    const last = found.at(-1);
    if (last?.[0] === name) last[1].push(row);
    else found.push([name, [row]]);
  }
  return found;
}

function dayView([name, rows]: [string, AlertRow[]]): TemplateResult {
  return html`
    <section>
      <h2 class="day">${name}</h2>
      <ol>
        ${repeat(rows, (row) => row.position, rowView)}
      </ol>
    </section>
  `;
}

function rowView(row: AlertRow): TemplateResult {
  const address = `/alerts/${encodeURIComponent(row.device)}/${encodeURIComponent(row.id)}`;
  return html`
    <li class=${state.fresh.has(row.position) ? 'fresh' : nothing}>
      <a class="row ${row.level}" href=${address}>
        ${levelTag(row.level)}
        <span class="sentence">${said(row.summary)}</span>
        <span class="at">${when(row.time)}</span>
        <span class="about">
          ${row.package ? exact(`${row.package.name}@${row.package.version}`) : html`<span>no package</span>`}
          <span>${said(row.user)} on ${said(row.host)}</span>
          ${actionTag(row.action)}
        </span>
      </a>
    </li>
  `;
}

function empty(): TemplateResult {
  return html`
    <section class="empty">
      <img src="/console/icon.svg" alt="" width="72" height="72" />
      <h2>Calm water</h2>
      <p>No alert has come in. To see one, run a harmless attack on a machine whose agent reports here:</p>
      <pre class="command"><code>npx lifeguard simulate lifecycle-ssh-key</code></pre>
      <p class="small">It appears here by itself.</p>
    </section>
  `;
}

function noMatch(): TemplateResult {
  return html`
    <section class="empty">
      <h2>Nothing matches</h2>
      <p>No alert has this level and these words.</p>
      <p><button @click=${() => go('/')}>Show all alerts</button></p>
    </section>
  `;
}

function isFiltered(): boolean {
  return state.filter.q !== '' || state.filter.level !== 'informational';
}

let typing: ReturnType<typeof setTimeout> | undefined;

function onSearch(event: InputEvent): void {
  const q = (event.target as HTMLInputElement).value;
  clearTimeout(typing);
  typing = setTimeout(() => filter({ q }), 150);
}

function filter(change: Partial<typeof state.filter>): void {
  const { level, q } = { ...state.filter, ...change };
  const query = new URLSearchParams({
    ...(level !== 'informational' && { level }),
    ...(q && { q }),
  }).toString();
  go(query ? `/?${query}` : '/', 'replace');
}
